import { storeThread, storeToolCall } from "../../../machines/index.js";
import {
  THREAD_VERSIONS,
  TOOL_CALL_VERSIONS,
  type StoredThread,
  type StoredToolCall,
} from "../../../machines/stored.js";
import { FEW } from "../alphabet.js";
import { exploreThread, exploreToolCall } from "../explore.js";

/** The reachable states of both machines, of threads with few limits, in the form that a version of the package stored. */
export interface Golden {
  thread: StoredThread[];
  toolCall: StoredToolCall[];
}

/** The version that a golden file is named after: the later one of the two machines. */
export const GOLDEN_VERSION = Math.max(THREAD_VERSIONS.current, TOOL_CALL_VERSIONS.current);

/** Every reachable state of the machines as they are now. */
export function currentGolden(): Golden {
  return {
    thread: [...exploreThread(FEW).states.values()].map(({ snapshot }) => storeThread(snapshot)),
    toolCall: [...exploreToolCall().states.values()].map(({ snapshot }) => storeToolCall(snapshot)),
  };
}
