import type { ProviderMetadata, UIMessage } from "ai";
import type {
  FunctionReference,
  GenericActionCtx,
  GenericDataModel,
  GenericMutationCtx,
  GenericQueryCtx,
} from "convex/server";
import type { StatusChange, Transition, Turn } from "../component/validators/insight.js";
import type {
  Message,
  SentData,
  SentFile,
  StreamCursor,
  StreamUpdate,
  ToolData,
} from "../component/validators/message.js";
import type { Thread } from "../component/validators/thread.js";
import type { TurnLimits } from "../machines/thread/budgets.js";
import type { Cursor } from "./values/cursor.js";

export type { Explanation, PendingCall, ThreadUsage } from "../component/validators/insight.js";
export type { WhileRunning } from "../component/validators/thread.js";
export type { ThreadStatus } from "../machines/thread/states.js";
export type { ComponentApi } from "../component/_generated/component.js";
export type {
  Cursor,
  SentData,
  SentFile,
  StatusChange,
  StreamCursor,
  StreamUpdate,
  ToolData,
  Transition,
  Turn,
};

/** The context of a query, as the options of an agent receive it. */
export type QueryCtx = Pick<GenericQueryCtx<GenericDataModel>, "runQuery" | "auth" | "storage">;
/** The context of a mutation, as the options of an agent receive it. */
export type MutationCtx = Pick<
  GenericMutationCtx<GenericDataModel>,
  "runQuery" | "runMutation" | "auth" | "meta"
>;
/** The context of an action. */
export type ActionCtx = GenericActionCtx<GenericDataModel>;

/** A thread, as `getThread` returns it. */
export type ThreadDoc = Thread;

/**
 * A committed message: an AI SDK UIMessage, and where it stands in its thread. Each model call is one message; the React hooks
 * fold a turn's steps into one.
 */
export type MessageDoc = Omit<UIMessage, "metadata"> &
  Pick<Message, "turn" | "step" | "sender" | "partial" | "finishReason" | "usage" | "streamed"> & {
    /** What the app says of it: the `metadata` that came with a user's message, or what `messageMetadata` made of an answer. */
    metadata?: Record<string, unknown>;
    /** When it was committed, in milliseconds since the epoch. */
    _creationTime: number;
    /** What the provider sent along with this step. */
    providerMetadata?: ProviderMetadata;
    /** The answer as the stream handler's `output` option parsed it, on the step that ends a turn. {@link OutputOf} is its type. */
    output?: unknown;
  };

/**
 * A data part of an answer, as the AI SDK has it: what a handler or a tool writes, and what readers are given. One with the type and
 * the id of an earlier part of the answer takes its place; a transient one is shown to readers once and is not part of the message.
 */
export interface DataPart {
  type: `data-${string}`;
  id?: string;
  data: unknown;
  transient?: boolean;
}

/** A page of a thread's turns that have ended, newest first. */
export interface TurnPage {
  turns: Turn[];
  /** Pass it to `listTurns` to get older turns. Null if there are none. */
  cursor: Cursor | null;
}

/** A page of a thread's log, newest first. */
export interface TransitionPage {
  transitions: Transition[];
  /** Pass it to `listTransitions` to get older transitions. Null if there are none. */
  cursor: Cursor | null;
}

/** What to ask `listMessagesWithStreams` for, other than a page of committed messages. */
export type StreamArgs =
  /**
   * The messages that were committed after a time, in milliseconds since the epoch. Text that was streamed before is left out,
   * unless `whole` is set.
   */
  | { kind: "messages"; after: number; whole?: boolean | undefined }
  /** What is new in the live stream. Default: all of it. */
  | { kind: "deltas"; cursor?: StreamCursor | undefined }
  /** The changes of a tool call since its step was committed. */
  | { kind: "toolCall"; turn: number; step: number; index: number };

/**
 * The answer of `listMessagesWithStreams`: one of four, by the kind of the question. Each field tells them apart; only a page
 * has a cursor. If nothing is new the answer is `{}`.
 *
 * @example
 * const { messages, cursor } = await client.query(api.chat.listMessagesWithStreams, { threadId });
 */
export type MessagesWithStreams =
  /** Without `streamArgs`: committed messages, oldest first, and the cursor of older ones, or null if there are none. */
  | { messages: MessageDoc[]; cursor: Cursor | null; stream?: undefined; toolCall?: undefined }
  /** Of `messages`: in the order of their commits. */
  | { messages?: MessageDoc[]; cursor?: undefined; stream?: undefined; toolCall?: undefined }
  /** Of `deltas`. */
  | { stream?: StreamUpdate; messages?: undefined; cursor?: undefined; toolCall?: undefined }
  /** Of `toolCall`: the fields of the call's part that have changed, and as `data` the data parts that its tool has written. */
  | {
      toolCall?: Record<string, unknown>;
      messages?: undefined;
      cursor?: undefined;
      stream?: undefined;
    };

/** A reference to the action of `streamHandlerAction`. */
export type StreamHandler = FunctionReference<
  "action",
  "internal" | "public",
  { threadId: string; generation: number }
>;

/** A reference to a mutation of the app that is called on each change of status; its arguments are `vStatusChange`. */
export type StatusChangeMutation = FunctionReference<"mutation", "internal", StatusChange>;

/** A reference to the `enqueueWorkpoolAction` of `createWorkpoolBridge`. */
export type EnqueueAction = FunctionReference<"mutation", "internal">;

/** What a caller is about to send, as `beforeSend` receives it. */
export interface Sending {
  /** The thread. Undefined: one that is created with the message. */
  threadId?: string;
  /** The user whose thread it is. Undefined: the API has no `owner` option. */
  owner?: string;
  /** The user who sends. Default: the owner. */
  sender?: string;
  /** What is sent. Undefined: a turn is to start without a further message, as by `regenerate`. */
  prompt?: string;
  files?: SentFile[];
  data?: SentData[];
  /** What the app says of the message. */
  metadata?: Record<string, unknown>;
}

/** The options of `defineAgentApi` and `defineInternalAgentApi`. */
export interface AgentApiOptions {
  /**
   * Names the agent, in 1 to 100 characters, where several agents share the component. A thread keeps the name that it is
   * created with, and an API with a name finds only threads of that name. Two APIs with one name belong to one agent. Default: no
   * name; the API finds all threads, of any agent.
   */
  name?: string;
  /**
   * Returns the user who calls, for instance the subject of `ctx.auth.getUserIdentity()`. A thread then belongs to the user
   * who created it, and no other user's calls find it. Null and "" mean that there is no user, who has no threads and cannot
   * create one. Default: threads have no owners.
   */
  owner?: (ctx: QueryCtx | MutationCtx) => Promise<string | null> | string | null;
  /**
   * Returns the user who calls, where several people share a thread: whoever sends a message is then stored with it, and
   * reaches the stream handler and its tools. Default: whoever sends is the thread's owner.
   */
  sender?: (ctx: QueryCtx | MutationCtx) => Promise<string | null> | string | null;
  /**
   * Checks whether the caller may use a thread. It is called before each operation on an existing thread, with the id that the
   * caller passed, and before `createThread` returns an existing thread for its key. Throw to deny access. Default:
   * no check.
   */
  authorizationCallback?: (ctx: QueryCtx | MutationCtx | ActionCtx, threadId: string) => Promise<void> | void;
  /**
   * Returns whether the caller may inspect other users' threads, for instance as an administrator. Where it returns true, the
   * functions that read a thread return any thread of the agent, without a call of `authorizationCallback`, and
   * `listThreads` with `allOwners` lists all threads. It never lets anybody change a thread. False, and an error, leave the
   * caller with what every user may see. It is called before each read. Default: nobody may.
   *
   * @param threadId - the thread to read, as the caller passed it; undefined for a list.
   * @example
   * inspectorCallback: async (ctx) => (await ctx.auth.getUserIdentity())?.role === "admin",
   */
  inspectorCallback?: (ctx: QueryCtx, threadId: string | undefined) => Promise<boolean> | boolean;
  /**
   * Checks whether the caller may send a file of the app's storage. It is called for each `storageId` that comes with a message
   * and is there. Return false to refuse the file, with the error `file_not_found`. Default: any file may be sent by
   * whoever knows its id.
   */
  authorizeFile?: (ctx: MutationCtx, storageId: string) => Promise<boolean> | boolean;
  /**
   * Called before a caller's message is stored, and before a turn starts without one: by `sendMessage`, `editMessage`,
   * `regenerate`, `resumeThread`, and `createThread` with a prompt, files or data. Throw a `ConvexError` with a `code` to refuse;
   * nothing is stored then. What it writes is in the same transaction. It is not called for a key that was used already.
   * Default: nothing is refused.
   */
  beforeSend?: (ctx: MutationCtx, sending: Sending) => Promise<void> | void;
  /**
   * Runs the stream handler, and tools without `toolExecutionWorkpoolEnqueueAction`, in a workpool: the function of
   * `createWorkpoolBridge`. Default: Convex's scheduler.
   */
  workpoolEnqueueAction?: EnqueueAction;
  /** Runs tools in a workpool of their own. Default: `workpoolEnqueueAction`. */
  toolExecutionWorkpoolEnqueueAction?: EnqueueAction;
  /**
   * Limits of a turn and of a thread. A thread that reaches one is `stopped`, with the limit's name as `stopReason`; after the last of
   * `maxAttempts` it is `failed`. Default:
   * `maxAttempts` 3 for each step, `maxSteps` 50 model calls for each turn, and none for `maxTurnMs`, `maxTurnTokens`, `maxTurnCost`,
   * `maxThreadMs`, `maxThreadTokens` and `maxThreadCost`. Costs are those that the stream handler's `price` returns.
   */
  limits?: Partial<TurnLimits>;
  /**
   * A mutation that is called once on each change of a thread's status, in the same transaction, so that what the app writes
   * and the status always agree. A deletion is no change of status. An error of the mutation is logged, and undoes that
   * mutation alone. Default: none.
   */
  onStatusChange?: StatusChangeMutation;
  /** Whether each thread keeps a log of its transitions, and how many of them. Default: the newest 200. */
  transitionLog?: boolean | { keep: number };
}
