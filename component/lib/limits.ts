/** Convex refuses a document over 1 MiB; what is left is for the row's other fields. */
const MAX_DOCUMENT_BYTES = 1024 * 1024;
const ROW_OVERHEAD_BYTES = 8 * 1024;

/** The largest text or list of parts that one row can hold, in bytes. */
export const MAX_CONTENT_BYTES = MAX_DOCUMENT_BYTES - ROW_OVERHEAD_BYTES;

/** What a step may have in all. A transaction writes 16 MiB, and this up to twice: in the step's rows, and in those of a workpool. */
export const MAX_STEP_BYTES = 5 * 1024 * 1024;
export const MAX_PARTS = 8_192;

/** The most deltas of one stream: one transaction reads them all, and may read 32,000 rows. */
export const MAX_DELTAS = 8_000;

/** The most chunks that a reader is sent at once; an array has 8,192 elements, and a delta up to 1,000 chunks. */
export const MAX_UPDATE_CHUNKS = 4_000;

/** What a model is sent of a thread's history, in bytes as stored: an action's heap of 64 MiB holds several copies of it. */
export const MAX_HISTORY_BYTES = 12 * 1024 * 1024;

/** A tool's result beyond this many bytes is kept as a file, where the tool asks for that. */
export const MAX_INLINE_RESULT_BYTES = 256 * 1024;

/** A longer data URL in an answer becomes a file of the app's storage; in characters. */
export const MAX_INLINE_FILE_LENGTH = 64 * 1024;

/** The bytes of files that a model call is sent as data, in all, besides what its messages have themselves. */
export const MAX_INLINED_BYTES = 4 * 1024 * 1024;

/**
 * A transaction reads at most 16 MiB. One that reads rows of unknown size stops at this many bytes, which
 * leaves room for the one large row that takes it past the bound.
 */
export const READ_BUDGET_BYTES = 4 * 1024 * 1024;

/** The most bytes of tool outcomes that one page of messages reads; what is beyond is marked as omitted. */
export const OUTCOMES_BUDGET_BYTES = 11 * 1024 * 1024;

/** The size of a thread's title and metadata. A page of 500 threads reads all of it. */
export const MAX_TITLE_LENGTH = 200;
export const MAX_METADATA_BYTES = 8 * 1024;

/** The size of a client's key of a thread or a message. */
export const MAX_KEY_LENGTH = 256;

/** Rows that a transaction handles before it hands the rest to a continuation. */
export const BATCH_ROWS = 250;

/** Rows of a page by default, and at most. */
export const DEFAULT_PAGE_ROWS = 100;
export const MAX_PAGE_ROWS = 500;

/**
 * Calls that one action runs side by side: the stream handler beside its step, and an executor. The smallest class of deployments
 * runs eight scheduled functions and 64 others at a time: eight executors with six handlers each leave room.
 */
export const MAX_CALLS_OF_HANDLER = 4;
export const MAX_CALLS_OF_EXECUTOR = 6;

/** The bytes of arguments of the calls that one executor runs: what is scheduled may have 4 MiB. */
export const MAX_SHARED_BYTES = 1024 * 1024;

/** Calls of one step that run at a time. Their executors wait in the deployment's queue, before whatever is scheduled later. */
export const MAX_CALLS_AT_ONCE = 16 * MAX_CALLS_OF_EXECUTOR;

/** Files of one message, and data parts of one that a client sends. */
export const MAX_FILES = 100;
export const MAX_DATA_PARTS = 100;

/** The bytes of the data parts that one tool call has, in all. */
export const MAX_CALL_DATA_BYTES = 256 * 1024;

/** The data parts of a tool call that are shown once and not kept: older ones are left out. */
export const MAX_TRANSIENT_PARTS = 20;

/** The shortest time between two notes of a tool call's progress, in milliseconds. */
export const PROGRESS_MS = 250;

/** The bytes of the messages that a thread begins with: they are stored in one transaction. */
export const MAX_FIRST_BYTES = 8 * 1024 * 1024;

/** The levels of objects and lists in a thread's metadata. */
export const MAX_METADATA_NESTING = 10;

/** Messages that wait for their turn, or for the next step of one: more are refused. */
export const MAX_WAITING_MESSAGES = 100;

/** The longest throttle of deltas, and the longest wait between two attempts at a tool, in milliseconds. */
export const LONGEST_WAIT_MS = 24 * 60 * 60_000;

/** The longest time of a run, an approval or an answer, in milliseconds: a year. */
export const LONGEST_DEADLINE_MS = 365 * 24 * 60 * 60_000;

/** How often the watchdog looks at a running thread, in milliseconds. */
export const WATCH_INTERVAL_MS = 10_000;

/** A handler that neither writes nor beats for this long, in milliseconds, has lost its lease. */
export const LEASE_MS = 60_000;

/** No function of a platform runs for so long, in milliseconds: a job whose record says so is dead. */
export const LONGEST_RUN_MS = 60 * 60_000;

/** A scheduled function that begins so late, in milliseconds, shows that others may be held up as well. */
export const LATE_MS = 60_000;
