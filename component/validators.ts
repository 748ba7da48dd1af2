import { v, type Infer } from "convex/values";

/** Why something failed, as data: a stable code and a sentence for people. */
export const vFailure = v.object({ code: v.string(), message: v.string() });

const vBudget = v.union(v.number(), v.null());
const vBudgets = v.object({
  maxTurnMs: vBudget,
  maxTurnTokens: vBudget,
  maxThreadMs: vBudget,
  maxThreadTokens: vBudget,
});

/** Bounds on a turn, given with the message that starts it. */
export const vTurnLimits = v.object({
  maxAttempts: v.number(),
  maxSteps: v.number(),
  ...vBudgets.partial().fields,
});

/** Tokens that model calls have used; 0 where the provider did not say. */
export const vTokens = v.object({
  input: v.number(),
  output: v.number(),
  reasoning: v.number(),
  cached: v.number(),
  total: v.number(),
});

/** Why a thread is stopped: its user said so, or the limit of this name was reached. */
export const vStopReason = v.union(
  v.literal("user"),
  v.literal("maxSteps"),
  v.literal("maxTurnMs"),
  v.literal("maxTurnTokens"),
  v.literal("maxThreadMs"),
  v.literal("maxThreadTokens"),
);

export const vThreadSnapshot = v.object({
  version: v.number(),
  value: v.union(
    v.literal("idle"),
    v.literal("completed"),
    v.literal("failed"),
    v.literal("stopped"),
    v.literal("deleting"),
    v.literal("deleted"),
    v.object({
      running: v.union(v.literal("queued"), v.literal("streaming"), v.literal("backoff"), v.literal("tools")),
    }),
    v.object({
      preparing: v.union(v.literal("truncating"), v.literal("copying"), v.literal("stopping")),
    }),
  ),
  context: v.object({
    generation: v.number(),
    turn: v.number(),
    revision: v.number(),
    lease: v.union(v.string(), v.null()),
    attempt: v.number(),
    steps: v.number(),
    queued: v.number(),
    steered: v.number(),
    startedAt: v.number(),
    tokens: vTokens,
    threadTokens: v.number(),
    threadMs: v.number(),
    stopReason: v.union(vStopReason, v.null()),
    error: v.union(vFailure, v.null()),
    maxAttempts: v.number(),
    maxSteps: v.number(),
    ...vBudgets.fields,
  }),
});

/** A snapshot as it is stored; see machines/stored.ts. */
export const vStoredThreadSnapshot = v.object({
  ...vThreadSnapshot.fields,
  version: v.optional(v.number()),
  context: v.object({
    ...vThreadSnapshot.fields.context.partial().fields,
    tokens: v.optional(vTokens.partial()),
  }),
});

const vToolKind = v.union(v.literal("sync"), v.literal("async"));

/** How a tool call is run, as its tool was defined when the model asked for it. */
export const vToolCallPolicy = v.object({
  kind: vToolKind,
  maxAttempts: v.number(),
  retryOnCrash: v.boolean(),
  needsApproval: v.boolean(),
  timeoutMs: v.union(v.number(), v.null()),
  approvalTimeoutMs: v.union(v.number(), v.null()),
});

/** The waits between attempts at a tool. */
export const vBackoff = v.object({
  initialMs: v.number(),
  factor: v.number(),
  maxMs: v.number(),
  jitter: v.optional(v.boolean()),
});

/** How to run a tool: what of it does not concern the machine. */
export const vRunOptions = v.object({
  /** The app's action. */
  handler: v.string(),
  backoff: v.optional(vBackoff),
  /** The app's action that says whether an error is worth another attempt. */
  classify: v.optional(v.string()),
  /** Whether the handler is told which call it runs for. */
  identity: v.optional(v.boolean()),
  /** Whether a result that is too large for a document is kept as a file. */
  storeLargeResults: v.optional(v.boolean()),
  /** Whether a fork takes the outcome over. */
  keepInForks: v.optional(v.boolean()),
});

export const vToolCallSnapshot = v.object({
  version: v.number(),
  value: v.union(
    v.literal("completed"),
    v.literal("failed"),
    v.literal("denied"),
    v.literal("cancelled"),
    v.object({
      pending: v.union(
        v.literal("requested"),
        v.literal("awaitingApproval"),
        v.literal("executing"),
        v.literal("backoff"),
        v.literal("awaitingResult"),
      ),
    }),
  ),
  context: v.object({
    ...vToolCallPolicy.fields,
    epoch: v.number(),
    deadline: v.number(),
    attempt: v.number(),
    error: v.union(vFailure, v.null()),
  }),
});

/** A snapshot as it is stored; see machines/stored.ts. */
export const vStoredToolCallSnapshot = v.object({
  ...vToolCallSnapshot.fields,
  version: v.optional(v.number()),
  context: vToolCallSnapshot.fields.context.partial(),
});

/** How a turn ended. */
export const vTurnOutcome = v.union(
  v.literal("completed"),
  v.literal("failed"),
  v.literal("stopped"),
  v.literal("interrupted"),
  v.literal("rewound"),
  v.literal("deleted"),
);

/** What the world sees of a thread's state. */
export const vThreadStatus = v.union(
  v.literal("streaming"),
  v.literal("awaiting_tool_results"),
  v.literal("completed"),
  v.literal("failed"),
  v.literal("stopped"),
);

/** The identity that a thread has to belong to: null is nobody, so that nothing does; none where the app has no owners. */
export const vRequiredOwner = v.optional(v.union(v.string(), v.null()));

/** Which thread is meant, and whose it has to be. */
export const vTarget = { threadId: v.string(), owner: vRequiredOwner };
export interface Target {
  threadId: string;
  owner: Infer<typeof vRequiredOwner>;
}

/** What the app says of a thread. */
export const vTitle = v.string();
export const vMetadata = v.record(v.string(), v.any());

/** A thread's status while nothing is under way. */
export const vSettledStatus = v.union(v.literal("completed"), v.literal("failed"), v.literal("stopped"));
export type SettledStatus = Infer<typeof vSettledStatus>;

export const vToolCallStatus = v.union(
  v.literal("pending"),
  v.literal("completed"),
  v.literal("failed"),
  v.literal("denied"),
  v.literal("cancelled"),
);

export const vRole = v.union(v.literal("system"), v.literal("user"), v.literal("assistant"));

/** One typed piece of a UIMessage. Its shape belongs to the AI SDK and to the app's own data parts. */
export const vPart = v.any();

/** A file that comes with a message: at a URL, or in the app's file storage. */
export const vFile = v.object({
  mediaType: v.string(),
  filename: v.optional(v.string()),
  url: v.optional(v.string()),
  storageId: v.optional(v.string()),
});
export type File = Infer<typeof vFile>;

/** What a person says: text, files, or both. */
export const vSaid = { prompt: v.optional(v.string()), files: v.optional(v.array(vFile)) };

/** A message that a thread begins with. */
export const vFirstMessage = v.object({
  role: v.union(v.literal("user"), v.literal("assistant")),
  ...vSaid,
});

/** Tokens of one model call, as the provider counted them. */
export const vUsage = v.object({
  inputTokens: v.optional(v.number()),
  outputTokens: v.optional(v.number()),
  totalTokens: v.optional(v.number()),
  reasoningTokens: v.optional(v.number()),
  cachedInputTokens: v.optional(v.number()),
});
export type Usage = Infer<typeof vUsage>;

/**
 * What was streamed of a message before it was committed: by which stream, and how many characters of each of its text
 * and reasoning parts, in their order.
 */
export const vStreamed = v.object({ streamId: v.string(), lengths: v.array(v.number()) });
/** What a provider told beside its answer, by the provider's name. */
export const vProviderMetadata = v.any();

/** An answer as the app's output format parsed it. */
export const vOutput = v.any();

/**
 * What the commit of a step came to: the turn is completed by it, goes on, or reached its bound on steps. Null when the
 * handler no longer owned the step.
 */
export const vCommitOutcome = v.union(
  v.literal("completed"),
  v.literal("continues"),
  v.literal("stopped"),
  v.null(),
);
export type CommitOutcome = Infer<typeof vCommitOutcome>;

/** What a failed attempt came to: another one, or the end of the turn. Null when the handler no longer owned the step. */
export const vFailureOutcome = v.union(v.literal("retry"), v.literal("failed"), v.null());
export type FailureOutcome = Infer<typeof vFailureOutcome>;

/** Where a message stands in its thread, and, inside a step, which tool call. */
export const vCursor = v.object({
  position: v.number(),
  creationTime: v.number(),
  /** Resume inside the step at this position, before this tool call; null: before the whole message. */
  callIndex: v.union(v.number(), v.null()),
});
export type Cursor = Infer<typeof vCursor>;

export const vMessage = v.object({
  id: v.string(),
  creationTime: v.number(),
  role: vRole,
  parts: v.array(vPart),
  /** The turn that the message belongs to. */
  turn: v.number(),
  /** The model call within the turn, from 1; 0 for a message that starts it. */
  step: v.number(),
  /** True for an answer that was cut off by a stop or a failure. */
  partial: v.optional(v.boolean()),
  finishReason: v.optional(v.string()),
  usage: v.optional(vUsage),
  /** Its text lacks this much at the beginning of each part, which the reader has from the stream. */
  streamed: v.optional(vStreamed),
  providerMetadata: v.optional(vProviderMetadata),
  output: v.optional(vOutput),
});
export type Message = Infer<typeof vMessage>;

/** How far a reader has followed a stream: `seq` is that of the delta it wants next. */
export const vStreamCursor = v.object({ streamId: v.string(), seq: v.number() });
export type StreamCursor = Infer<typeof vStreamCursor>;

/** What a reader of a stream does not have yet. */
export const vStreamNews = v.object({
  /** The `seq` of the delta to ask for next. */
  seq: v.number(),
  /** UIMessageChunks; bare text continues the text before it. */
  chunks: v.array(v.any()),
  /** Which stream it is, and the step that it answers, when the reader followed another one or none. */
  stream: v.optional(v.object({ streamId: v.string(), turn: v.number(), step: v.number() })),
});
export type StreamNews = Infer<typeof vStreamNews>;

/** A tool call as readers see it: its input, and its outcome once it has one. */
export const vToolCall = v.object({
  toolCallId: v.string(),
  toolName: v.string(),
  turn: v.number(),
  step: v.number(),
  status: vToolCallStatus,
  input: v.any(),
  output: v.optional(v.any()),
  errorText: v.optional(v.string()),
  /** What became of the approval, where the call needs one. */
  approval: v.optional(v.union(v.literal("requested"), v.literal("approved"), v.literal("denied"))),
  /** When the call's time is over, in milliseconds since the epoch, where it has a deadline. */
  deadlineAt: v.optional(v.number()),
});
export type ToolCall = Infer<typeof vToolCall>;

/** A stretch of a thread's transcript, newest first: each tool call of a step comes before the step's message. */
export const vHistoryEntry = v.union(
  v.object({ kind: v.literal("message"), message: vMessage }),
  v.object({ kind: v.literal("toolCall"), toolCall: vToolCall }),
);
export type HistoryEntry = Infer<typeof vHistoryEntry>;

export const vHistoryPage = v.object({
  entries: v.array(vHistoryEntry),
  /** Where older entries begin, or null when there are none. */
  cursor: v.union(vCursor, v.null()),
});

/** What the app sees of a thread. */
export const vThread = v.object({
  _id: v.string(),
  _creationTime: v.number(),
  status: vThreadStatus,
  title: v.optional(vTitle),
  metadata: v.optional(vMetadata),
  /** Whether it was put aside: lists have it only where they are asked for such threads. */
  archived: v.optional(v.literal(true)),
  /** The turn that it is in, or was in last, from 1. */
  turn: v.number(),
  /** One more each time messages were taken out of the thread: what was read before is to be read anew. */
  revision: v.optional(v.number()),
  /** Why it is stopped, when it is. */
  stopReason: v.optional(vStopReason),
  /** What the last attempt failed with, when it did. */
  error: v.optional(vFailure),
  /** With `inspect`: the state machine's snapshot. */
  snapshot: v.optional(vThreadSnapshot),
  /**
   * With `inspect`: when what the thread waits for is due at the latest, in milliseconds since the epoch: the next
   * attempt, or the watchdog's next look at a stream handler. Null where nothing is scheduled.
   */
  waitsUntil: v.optional(v.union(v.number(), v.null())),
});
export type Thread = Infer<typeof vThread>;

/** A page of a list of threads, in the form that Convex gives pages. */
export const vThreadPage = v.object({
  page: v.array(vThread),
  isDone: v.boolean(),
  continueCursor: v.string(),
  /** Where to cut a page in two that has grown beyond what one query reads. */
  splitCursor: v.optional(v.string()),
  pageStatus: v.optional(v.literal("SplitRequired")),
});
export type ThreadPage = Infer<typeof vThreadPage>;

/** Which tool call: its step, and its place in it. */
export const vCallKey = v.object({ threadId: v.id("threads"), position: v.number(), index: v.number() });
export type CallKey = Infer<typeof vCallKey>;

/** What came of one run of a tool's handler. */
export const vHandlerOutcome = v.union(
  v.object({
    output: v.any(),
    /** The file that holds the result, if it was too large for a row. */
    file: v.optional(v.id("_storage")),
  }),
  v.object({ error: vFailure, retryable: v.boolean() }),
);
export type HandlerOutcome = Infer<typeof vHandlerOutcome>;

/** What runs an action for us: Convex's scheduler, or an app's workpool, reached through its enqueue function. */
export const vJob = v.union(v.id("_scheduled_functions"), v.object({ pool: v.string(), workId: v.string() }));
export type Job = Infer<typeof vJob>;

/** The workpools that an app routes its actions through, as handles of their enqueue functions. */
export const vPools = v.object({ stream: v.optional(v.string()), tools: v.optional(v.string()) });
export type Pools = Infer<typeof vPools>;

/** What all threads of an agent have in common: the app's functions, as handles, and its settings. */
export const vAgent = v.object({
  streamHandle: v.string(),
  pools: vPools,
  /** The app's mutation that is told of changes of status. */
  statusHandle: v.optional(v.string()),
  /** How many transitions of a thread its log keeps; absent: there is no log. */
  keepTransitions: v.optional(v.number()),
});
export type Agent = Infer<typeof vAgent>;

/** What comes with each event that can start a turn: renewed each time, so that old threads follow a new deployment. */
export const vTurnStart = { agent: vAgent, limits: v.optional(vTurnLimits) };

/** What becomes of a message that is sent while a turn runs. */
export const vWhileRunning = v.union(
  /** The next turn answers it. */
  v.literal("queue"),
  /** The next step of the running turn sees it. */
  v.literal("steer"),
  /** The running turn ends, what it said is kept, and the next one answers it. */
  v.literal("interrupt"),
  /** It is refused. */
  v.literal("reject"),
);
export type WhileRunning = Infer<typeof vWhileRunning>;

/** Proof that a stream handler owns a step: every write it makes carries it. */
export const vOwner = { threadId: v.string(), generation: v.number(), lease: v.string() };

/** A tool call that a step asks for, as its stream handler hands it in. */
export const vRequestedToolCall = v.object({
  toolCallId: v.string(),
  toolName: v.string(),
  input: v.any(),
  /** How to run it, or why it cannot be run. */
  run: v.union(v.object({ options: vRunOptions, policy: vToolCallPolicy }), v.object({ rejected: vFailure })),
});
export type RequestedToolCall = Infer<typeof vRequestedToolCall>;
