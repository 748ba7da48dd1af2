import type { Count } from "./targets.js";

const FENCE =
  "every write of a stream handler reads the thread's row first: a handler that lost its step writes nothing";
const THREAD_ROW =
  "the thread's row, about 470 B with the machine's snapshot, the handles and the jobs, is written at each transition; the bound's has 100 B";
const CALL_ROW =
  "a tool call's row, 550 to 750 B with its machine's snapshot, its policy and how to run it, is written when it starts and when it settles";
const PAGE =
  "each commit and each tool result sends the newest page of messages whole: it grows with the turn, and the results of a step are sent again with each further one";
const STATUS = "each change of the status sends the thread with its snapshot, about 370 B";

/** Why a count of ours is above the lower bound, for each place where it is. */
export const EXPLANATIONS: Record<string, Partial<Record<Count, string>>> = {
  W1: {
    documentsWritten: "the claim of the step writes the lease to the thread's row",
    bytesWritten: THREAD_ROW,
    documentsRead: FENCE,
    bytesRead: FENCE,
    clientBytes:
      "the committed message brings the answer a second time (8.8 kB), and then there are the stream (9.1 kB) and the status (1.1 kB)",
  },
  W1r: {
    calls: "the watchdog looks every 10 s",
    documentsWritten: "the watchdog arms itself again each time, and the claim writes the lease",
    bytesWritten: "a delta is stored as a chunk of the AI SDK with its type and id, about 35 B more",
    documentsRead: FENCE,
    bytesRead: `${FENCE}, 469 B for 50 B of text`,
    clientBytes:
      "a delta of 50 B arrives in an envelope of about 180 B, and the subscription that has moved on behind it first answers with 69 B of nothing; the committed message brings the answer a second time",
  },
  W2: {
    documentsWritten:
      "a tool step writes the thread's row three times (claim, commit, last settle) and a stream's row twice; the bound writes the thread once",
    bytesWritten: `${THREAD_ROW}; ${CALL_ROW}`,
    documentsRead: "writing the thread's row at each transition reads it, and so does retiring the stream",
    bytesRead: "the history of each step reads the calls' rows with all that was needed to run them",
    clientBytes: `${PAGE} (78 kB); ${STATUS}`,
  },
  W3: {
    bytesWritten: CALL_ROW,
    bytesRead:
      "a settle reads its call's row twice, to check it and to write it, and the next pending one, to see whether it is the last; about 530 B each, and the next step reads them all once more",
    clientBytes: PAGE,
  },
  W4: {
    documentsWritten: "the claim of the step writes the lease to the thread's row",
    bytesWritten: THREAD_ROW,
    documentsRead: "the fence, and looking for the stream to retire",
    bytesRead:
      "a message is stored as parts of the AI SDK with its position, about 40 B more, and the thread's row is read at each transition",
    clientBytes: "the user's message and the answer each send the newest page of 50 messages whole",
  },
  W5: {
    documentsWritten:
      "15 a thread against 10: the thread's row is written six times (the bound: three), and each of the two steps has a stream's row",
    bytesWritten: `${THREAD_ROW}; ${CALL_ROW}`,
    documentsRead: "the fence of each step, and looking for its stream",
    bytesRead: "the rows of threads and calls are larger, and are read at each transition",
    clientBytes: `${STATUS}, six times a turn; ${PAGE}`,
  },
};
