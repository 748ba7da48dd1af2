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

/** What `listMessagesWithStreams` is asked, besides a page of committed messages. */
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

/** The answers of `listMessagesWithStreams`, by the kind of the question. Only a page has a cursor. */
interface StreamAnswers {
  /** Without `streamArgs`: committed messages, oldest first, and the cursor of older ones, or null if there are none. */
  page: { messages: MessageDoc[]; cursor: Cursor | null };
  /** In the order of their commits. */
  messages: { messages?: MessageDoc[] };
  deltas: { stream?: StreamUpdate };
  /** The fields of the call's part that have changed. */
  toolCall: { toolCall?: Record<string, unknown> };
}

/**
 * The answer of `listMessagesWithStreams`: one of four, by the kind of the question. If nothing is new it is `{}`.
 *
 * @example
 * const { messages, cursor } = await client.query(api.chat.listMessagesWithStreams, { threadId });
 */
export type MessagesWithStreams = OneOf<StreamAnswers>;

/** One of several objects, without the fields that only others have: each field tells them apart. */
type OneOf<Objects, Field extends PropertyKey = FieldOf<Objects[keyof Objects]>> = {
  [Name in keyof Objects]: Objects[Name] & { [Other in Exclude<Field, keyof Objects[Name]>]?: undefined };
}[keyof Objects];
type FieldOf<Union> = Union extends unknown ? keyof Union : never;

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
