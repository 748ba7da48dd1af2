import {
  THREAD_VERSION,
  TOOL_CALL_VERSION,
  type ThreadSnapshot,
  type ToolCallSnapshot,
} from "../../../machines/index.js";
import { FEW } from "../alphabet.js";
import { exploreThread, exploreToolCall } from "../explore.js";

/** The reachable states of both machines, of threads with few limits, as a version of the package stored them. */
export interface Golden {
  thread: ThreadSnapshot[];
  toolCall: ToolCallSnapshot[];
}

/** The version that a golden file is named after: the later one of the two machines. */
export const GOLDEN_VERSION = Math.max(THREAD_VERSION, TOOL_CALL_VERSION);

/** Every reachable state of the machines as they are now. */
export function currentGolden(): Golden {
  return {
    thread: [...exploreThread(FEW).states.values()].map(({ snapshot }) => snapshot),
    toolCall: [...exploreToolCall().states.values()].map(({ snapshot }) => snapshot),
  };
}
