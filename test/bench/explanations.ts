import type { Count } from "./targets.js";

const STREAM_ROW =
  "every write of a stream reads its stream's row first, about 130 B, because a handler that lost its step writes nothing; and the watchdog and the turn's record read the thread's row";
const THREAD_ROW =
  "the thread's row is written at each transition, about 400 B with the machine's snapshot and the ids of its jobs and of the app's functions, of which an id alone has 32 B; the bound's row has 90 B and no state to recover from";
const THREAD_READ =
  "each transition reads the thread's row twice, to check the event against it and to write it; it is four times as large as the bound's";
const CALL_ROW =
  "a tool call's row, about 300 B with its own machine's snapshot, is written when it starts and when it settles; the bound's has 130 B and cannot be run again";
const WAITS =
  "what runs a tool waits for its handler, an action of its own, so that it can report a handler that dies; the bound runs the tool in its executor";
const TURN = "the turn's record, one document a turn";

/** Why a count of ours is above the lower bound, for each place where it is. */
export const EXPLANATIONS: Record<string, Partial<Record<Count, string>>> = {
  W1: {
    documentsWritten: `the claim of the step writes the lease to the thread's row; ${TURN}`,
    bytesWritten: THREAD_ROW,
    documentsRead: STREAM_ROW,
    bytesRead: STREAM_ROW,
    clientBytes: "the status, and the envelope of the committed message, whose text is not sent again",
  },
  W1r: {
    calls: "the watchdog looks every 10 s",
    documentsWritten: `the watchdog arms itself again each time, and the claim writes the lease; ${TURN}`,
    bytesWritten: "the watchdog writes a row of its own each time",
    documentsRead: STREAM_ROW,
    bytesRead: STREAM_ROW,
    clientBytes: "the envelope of a delta, about 40 B, for 50 B of text",
  },
  W2: {
    documentsWritten: `a tool step writes the thread's row twice, at the commit and when the next step is handed over; the bound once; ${TURN}`,
    bytesWritten: `${THREAD_ROW}; ${CALL_ROW}`,
    clientBytes: "the status changes twice a step, about 100 B each",
    actionSeconds: WAITS,
  },
  W3: {
    bytesWritten: `${CALL_ROW}; a call's row names the job of its executor, 32 B`,
    bytesRead:
      "a settle reads its call's row twice, to check it and to write it, and the next step reads them all once more",
    clientBytes: "each outcome comes in an envelope of its own",
    actionSeconds: WAITS,
  },
  W4: {
    documentsWritten: TURN,
    bytesWritten: `${THREAD_ROW}; ${TURN}`,
    documentsRead: "the thread's row at each transition, the app's functions, and the last turn's record",
    bytesRead:
      "a message is stored as parts of the AI SDK with its position, about 40 B more, and the thread's row is read at each transition",
    clientBytes: "the status, and the usage that a message is stored with",
  },
  W5: {
    documentsWritten: `15 a thread against 12: the thread's row is written five times (the bound: three); ${TURN}`,
    bytesWritten: `${THREAD_ROW}; ${CALL_ROW}`,
    documentsRead: "the thread's row at each transition, the app's functions, and the last turn's record",
    bytesRead: THREAD_READ,
    clientBytes: "the status changes four times a turn, about 100 B each",
    actionSeconds: WAITS,
  },
};
