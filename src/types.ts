import type { ProviderMetadata, UIMessage } from "ai";
import type {
  FunctionReference,
  GenericActionCtx,
  GenericDataModel,
  GenericMutationCtx,
  GenericQueryCtx,
} from "convex/server";
import type { StatusChange, Transition, Turn } from "../component/validators/insight.js";
import type { Message, StreamCursor, StreamUpdate } from "../component/validators/message.js";
import type { Thread } from "../component/validators/thread.js";
import type { TurnLimits } from "../machines/thread/budgets.js";
import type { Cursor } from "./values/cursor.js";

export type { Explanation, PendingCall, ThreadUsage } from "../component/validators/insight.js";
export type { ThreadStatus } from "../machines/thread/states.js";
export type { ComponentApi } from "../component/_generated/component.js";
export type { Cursor, StatusChange, StreamCursor, StreamUpdate, Transition, Turn };

export type QueryCtx = Pick<GenericQueryCtx<GenericDataModel>, "runQuery" | "auth" | "storage">;
export type MutationCtx = Pick<GenericMutationCtx<GenericDataModel>, "runQuery" | "runMutation" | "auth">;
export type ActionCtx = GenericActionCtx<GenericDataModel>;

/** What an app sees of a thread. */
export type ThreadDoc = Thread;

/**
 * A committed message: an AI SDK UIMessage and where it stands in its thread. Each model call is one message; the
 * React hooks fold a turn's steps into one.
 */
export type MessageDoc = UIMessage &
  Pick<Message, "turn" | "step" | "partial" | "finishReason" | "usage" | "streamed"> & {
    _creationTime: number;
    /** What the provider told beside this step. */
    providerMetadata?: ProviderMetadata;
    /** The answer as the stream handler's `output` option parsed it; on the step that ends a turn. */
    output?: unknown;
  };

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

/** What a client asks of `listMessagesWithStreams` besides a page of committed messages. */
export type StreamArgs =
  /** What was committed after a time; `whole` also with the text that was streamed before. */
  | { kind: "messages"; after: number; whole?: boolean | undefined }
  /** What is new in the live stream since a cursor. */
  | { kind: "deltas"; cursor?: StreamCursor | undefined }
  /** How a tool call of a step stands. */
  | { kind: "toolCall"; turn: number; step: number; index: number };

/** What `listMessagesWithStreams` answers: which of the fields are there depends on the question and on what is new. */
export interface MessagesWithStreams {
  /** Committed messages: of a page, or those after a time in the order of their commits. */
  messages?: MessageDoc[];
  /** Where older messages begin, or null when there are none; with a page. */
  cursor?: Cursor | null;
  /** What is new in the live stream. */
  stream?: StreamUpdate;
  /** The fields of a tool call's part that have changed since its step was committed. */
  toolCall?: Record<string, unknown>;
}

/** The action that `streamHandlerAction` makes. */
export type StreamHandler = FunctionReference<
  "action",
  "internal" | "public",
  { threadId: string; generation: number }
>;

/** The app's mutation that is told of changes of status; its arguments are `vStatusChange`. */
export type StatusChangeMutation = FunctionReference<"mutation", "internal", StatusChange>;

/** A reference to the `enqueueWorkpoolAction` of `createWorkpoolBridge`. */
export type EnqueueAction = FunctionReference<"mutation", "internal">;

export interface AgentApiOptions {
  /**
   * Who calls, for instance the subject of `ctx.auth.getUserIdentity()`; null or "" is nobody. With it a thread belongs
   * to whoever created it, and nobody else's calls find it.
   */
  owner?: (ctx: QueryCtx | MutationCtx) => Promise<string | null> | string | null;
  /**
   * Called before any operation on an existing thread, for whatever id the caller gave. Throw to deny access.
   */
  authorizationCallback?: (ctx: QueryCtx | MutationCtx | ActionCtx, threadId: string) => Promise<void> | void;
  /**
   * Routes the stream handler, and tools too unless `toolExecutionWorkpoolEnqueueAction` is given, through a workpool:
   * the function that `createWorkpoolBridge` makes.
   */
  workpoolEnqueueAction?: EnqueueAction;
  /** Routes tools through a workpool of their own. */
  toolExecutionWorkpoolEnqueueAction?: EnqueueAction;
  /** Bounds on a turn: attempts at one step (3 unless told) and model calls in a turn (50 unless told). */
  limits?: Partial<TurnLimits>;
  /**
   * Called once for each change of a thread's public status, in the transaction that makes it, so that what the app
   * writes and the status can never disagree. A deletion is no change of status. What the mutation throws is logged and
   * undoes that mutation alone.
   */
  onStatusChange?: StatusChangeMutation;
  /** The log of each thread's transitions: the newest 200 are kept unless told; false: there is none. */
  transitionLog?: boolean | { keep: number };
}
