import { v, type Infer, type ObjectType } from "convex/values";
import {
  vFailure,
  vTurnLimits,
  vStopReason,
  vThreadSnapshot,
  vToolCallPolicy,
  vThreadStatus,
  vTurnOutcome,
} from "./machine.js";
import { vCursor, vMessage, vToolCall } from "./message.js";

/** The waits between attempts at a tool. */
const vBackoff = v.object({
  initialMs: v.number(),
  factor: v.number(),
  maxMs: v.number(),
  jitter: v.optional(v.boolean()),
});

/** For whom a turn runs: the user whose thread it is, and the one who sent what is answered, where the app names them. */
const vCaller = v.object({ owner: v.optional(v.string()), sender: v.optional(v.string()) });
export type Caller = Infer<typeof vCaller>;

/** How to run a tool: what of it does not concern the machine. */
export const vRunOptions = v.object({
  /** The app's action; absent for an external tool, which has none. */
  handler: v.optional(v.string()),
  backoff: v.optional(vBackoff),
  /** The app's action that decides whether an error is worth another attempt. */
  classify: v.optional(v.string()),
  /** The JSON schema of the arguments, as JSON, where a person has to approve the call and may edit them. */
  argsSchema: v.optional(v.string()),
  /**
   * By which name the handler knows the tool, if it serves several: it receives `{ name, args }` in place of the arguments, and
   * `storeLargeResults: true` if that is set.
   */
  nameForHandler: v.optional(v.string()),
  /** Whether the handler receives the identity of the call it runs for. */
  identity: v.optional(v.boolean()),
  /** For whom it runs, where the handler receives that. */
  caller: v.optional(vCaller),
  /** Whether a result that is too large for a document is kept as a file. */
  storeLargeResults: v.optional(v.boolean()),
  /** Whether a fork takes the outcome over. */
  keepInForks: v.optional(v.boolean()),
  /** Whether each run has an action of its own. */
  ownAction: v.optional(v.boolean()),
});

/** The owner that the thread must have. Null, a caller without an identity, has no threads; absent if the app has no owners. */
const vRequiredOwner = v.optional(v.union(v.string(), v.null()));

/** The name of the agent that the thread must have been created with. Absent: any, or none. */
const vRequiredAgentName = v.optional(v.string());

/** Whose threads a caller may see. */
export const vScope = { owner: vRequiredOwner, agentName: vRequiredAgentName };

export interface Scope {
  owner: Infer<typeof vRequiredOwner>;
  agentName: string | undefined;
}

/** A thread, and the scope that it must be in. */
export const vTarget = { threadId: v.string(), ...vScope };

/** A tool call by its id, as its caller may see it. */
export const vToolCallTarget = { toolCallId: v.string(), ...vTarget };

export interface Target extends Scope {
  threadId: string;
}

/** A thread's title and metadata, which the app sets. */
export const vTitle = v.string();

export const vMetadata = v.record(v.string(), v.any());

/** Whether the turn goes on after a step, or how it ended. Null if the handler had lost its lease. */
export const vStepOutcome = v.union(v.literal("continues"), vTurnOutcome, v.null());
export type StepOutcome = Infer<typeof vStepOutcome>;

/** A committed step whose handler runs some of its calls itself: the message's id, and those calls by their index. */
const vTakenCalls = v.object({ messageId: v.string(), taken: v.array(v.number()) });

/** The same after a commit. A turn goes on in the same handler where that runs some of the step's calls. */
export const vCommitOutcome = v.union(vStepOutcome, vTakenCalls);
export type CommitOutcome = Infer<typeof vCommitOutcome>;

/** What the app sees of a thread. */
export const vThread = v.object({
  _id: v.string(),
  _creationTime: v.number(),
  status: vThreadStatus,
  title: v.optional(vTitle),
  metadata: v.optional(vMetadata),
  /** Whether it is archived: lists leave it out, except those of archived threads. */
  archived: v.optional(v.literal(true)),
  /** The turn that it is in, or was in last, from 1. */
  turn: v.number(),
  /** One more each time messages were taken out of the thread: readers reload it then. */
  revision: v.optional(v.number()),
  /** Why it is stopped, if it is. */
  stopReason: v.optional(vStopReason),
  /** What the last attempt failed with, if it failed. */
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

/** What of a thread its stream handler's options may depend on. */
export const vThreadFacts = v.object({
  owner: v.optional(v.string()),
  /** The name of the agent that it was created with. */
  agent: v.optional(v.string()),
  metadata: v.optional(vMetadata),
});
export type ThreadFacts = Infer<typeof vThreadFacts>;

/** A place in a list of threads: that of the thread with these times, whether or not it is still there. */
export const vThreadPlace = v.object({ activeAt: v.number(), creationTime: v.number() });
export type ThreadPlace = Infer<typeof vThreadPlace>;

/** A page of a list of threads, in the form that Convex gives pages. */
export const vThreadPage = v.object({
  page: v.array(vThread),
  isDone: v.boolean(),
  continueCursor: vThreadPlace,
  /** Where to cut a page in two that has grown beyond what one query reads. */
  splitCursor: v.optional(vThreadPlace),
  pageStatus: v.optional(v.literal("SplitRequired")),
});

/** Which tool call: its step, and its place in it. */
export const vCallKey = v.object({ threadId: v.id("threads"), position: v.number(), index: v.number() });
export type CallKey = Infer<typeof vCallKey>;

/** The outcome of one run of a tool's handler. */
const vHandlerOutcome = v.union(
  v.object({
    output: v.any(),
    /** The file that holds the result, if it was too large for a row. */
    file: v.optional(v.id("_storage")),
  }),
  v.object({ error: vFailure, retryable: v.boolean() }),
  /** The handler's action died, or never began. */
  v.object({ unknown: v.union(v.literal("died"), v.literal("notBegun")) }),
);
export type HandlerOutcome = Infer<typeof vHandlerOutcome>;

/** What came of a call that was run together with others. */
export const vCallOutcome = v.object({
  index: v.number(),
  epoch: v.number(),
  outcome: vHandlerOutcome,
  /** How to run it again, where its row does not say. */
  options: v.optional(vRunOptions),
});
export type CallOutcome = Infer<typeof vCallOutcome>;

/** The next step of a turn, as the handler that goes on with it receives it: what is new since its model call. */
export const vNextStep = v.object({
  generation: v.number(),
  /** Outcomes of the step's calls that the handler does not have, by the calls' index. */
  settled: v.array(v.object({ index: v.number(), toolCall: vToolCall })),
  /** What users have sent for this step, oldest first. */
  messages: v.array(vMessage),
});
export type NextStep = Infer<typeof vNextStep>;

/** One run of a tool's handler: its call, and how the tool is run. */
export const vToolRun = v.object({
  ...vCallKey.fields,
  epoch: v.number(),
  toolCallId: v.string(),
  toolName: v.string(),
  input: v.any(),
  kind: vToolCallPolicy.fields.kind,
  attempt: v.number(),
  maxAttempts: v.number(),
  options: vRunOptions,
  /** Something else than the end of the turn may make it unwanted, or its beginning is noted: the executor asks for it. */
  asks: v.boolean(),
});
export type ToolRun = Infer<typeof vToolRun>;

/** What runs an action for us: Convex's scheduler, or an app's workpool, reached through its enqueue function. */
export const vJob = v.union(v.id("_scheduled_functions"), v.object({ pool: v.string(), workId: v.string() }));
export type Job = Infer<typeof vJob>;

/** The workpools that an app routes its actions through, as handles of their enqueue functions. */
const vPools = v.object({ stream: v.optional(v.string()), tools: v.optional(v.string()) });

/** What all threads of an agent share: the app's functions, as handles, and its settings. */
export const vAgent = v.object({
  streamHandle: v.string(),
  /** The stream handler's name, such as `chat:chatAgentHandler`, for people. */
  streamName: v.optional(v.string()),
  pools: vPools,
  /** The app's mutation that is called on each change of status. */
  statusHandle: v.optional(v.string()),
  /** How many transitions of a thread its log keeps; absent: there is no log. */
  keepTransitions: v.optional(v.number()),
  /** Whether others than a thread's owner may send messages to it. */
  sharesThreads: v.optional(v.literal(true)),
});
export type Agent = Infer<typeof vAgent>;

/** Comes with each event that can start a turn: renewed each time, so that old threads follow a new deployment. */
export const vTurnStart = { agent: vAgent, limits: v.optional(vTurnLimits) };

/** What happens to a message that is sent while a turn runs. */
export const vWhileRunning = v.union(
  /** The next turn answers it. */
  v.literal("queue"),
  /** The next step of the running turn sees it. */
  v.literal("steer"),
  /** The running turn ends, its text so far is kept, and the next turn answers the message. */
  v.literal("interrupt"),
  /** It is refused. */
  v.literal("reject"),
);
/**
 * What to do with a message that is sent while a turn runs: `"queue"` it for the next turn, `"steer"` the running turn from its
 * next step on, `"interrupt"` the running turn, or `"reject"` the message.
 */
export type WhileRunning = Infer<typeof vWhileRunning>;

/** Which step a stream handler runs, and the lease with which it claimed it: every write of the handler carries both. */
export const vStepLease = { threadId: v.string(), generation: v.number(), lease: v.string() };
export type StepLease = ObjectType<typeof vStepLease>;

/** The turn and the step of a model call, from 1. */
export const vPlace = v.object({ turn: v.number(), step: v.number() });

/** A tool call that a step requests, as its stream handler passes it on. */
export const vRequestedToolCall = v.object({
  toolCallId: v.string(),
  toolName: v.string(),
  input: v.any(),
  /** How to run it, or why it cannot be run. */
  run: v.union(v.object({ options: vRunOptions, policy: vToolCallPolicy }), v.object({ rejected: vFailure })),
});
export type RequestedToolCall = Infer<typeof vRequestedToolCall>;

const vRowPlace = v.object({ position: v.number(), creationTime: v.number() });

/** What is deleted of a thread's history. */
const vTruncation = v.object({ from: vRowPlace, turn: v.number(), revision: v.number() });
export type Truncation = Infer<typeof vTruncation>;

/** What is copied of another thread's history. */
const vCopy = v.object({ source: v.string(), upTo: vRowPlace, revision: v.number() });
export type Copy = Infer<typeof vCopy>;

/** An edit of a history under way: what it is, and for a copy the row that was copied last. */
export const vEdit = v.union(
  v.object({ truncation: vTruncation }),
  v.object({ copy: vCopy, after: vCursor }),
);
export type Edit = Infer<typeof vEdit>;
