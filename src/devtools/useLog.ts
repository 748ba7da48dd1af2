import { useConvex } from "convex/react";
import { useState } from "react";
import { readableError } from "../follow/describeError.js";
import type { Transition } from "../types.js";
import { isMissing, type InspectorFunctions } from "./functions.js";
import { NOTHING_KNOWN, PAGE, withNewest, withOlder } from "./story/knownLog.js";
import { useOffered } from "./useOffered.js";

/** The log of a thread, as far as this page has read it. */
export interface ThreadLog {
  /** Newest first, without gaps; null while it loads, and if the app does not offer it. */
  entries: readonly Transition[] | null;
  /** Whether the app offers no log. */
  isMissing: boolean;
  /** Reads older entries; null if there are none. */
  readOlder: (() => Promise<void>) | null;
  isReading: boolean;
  error: Error | undefined;
}

/** Follows the end of a thread's log, and reads back in it when it is asked to. */
export function useLog({ listTransitions }: InspectorFunctions, threadId: string): ThreadLog {
  const convex = useConvex();
  const { value, error } = useOffered(listTransitions, { threadId, limit: PAGE });
  const [newest, setNewest] = useState(value);
  const [known, setKnown] = useState(() => (value ? withNewest(NOTHING_KNOWN, value) : NOTHING_KNOWN));
  const [isReading, setIsReading] = useState(false);
  const [failure, setFailure] = useState<Error>();
  if (value && value !== newest) {
    setNewest(value);
    setKnown(withNewest(known, value));
  }

  const { entries, older } = known;
  const read = async (cursor: string) => {
    setIsReading(true);
    setFailure(undefined);
    try {
      const page = await convex.query(listTransitions!, { threadId, limit: PAGE, cursor });
      setKnown((now) => withOlder(now, cursor, page));
    } catch (thrown) {
      setFailure(readableError(thrown));
    } finally {
      setIsReading(false);
    }
  };
  return {
    entries: value ? entries : null,
    isMissing: !listTransitions || isMissing(error),
    readOlder: older === null ? null : () => read(older),
    isReading,
    error: error ?? failure,
  };
}
