import type { ProviderMetadata, UIMessage } from "ai";
import type {
  FunctionReference,
  GenericActionCtx,
  GenericDataModel,
  GenericMutationCtx,
  GenericQueryCtx,
} from "convex/server";
import type { Cursor, Message, Thread } from "../component/validators.js";
import type { TurnLimits } from "../machines/events.js";

export type { ThreadStatus } from "../machines/status.js";
export type { ComponentApi } from "../component/_generated/component.js";
export type { Cursor };

export type QueryCtx = Pick<GenericQueryCtx<GenericDataModel>, "runQuery" | "auth">;
export type MutationCtx = Pick<GenericMutationCtx<GenericDataModel>, "runQuery" | "runMutation" | "auth">;
export type ActionCtx = GenericActionCtx<GenericDataModel>;

/** What an app sees of a thread. */
export type ThreadDoc = Thread;

/**
 * A committed message: an AI SDK UIMessage and where it stands in its thread. Each model call is one message; the
 * React hooks fold a turn's steps into one.
 */
export type MessageDoc = UIMessage &
  Pick<Message, "turn" | "step" | "partial" | "finishReason" | "usage"> & {
    _creationTime: number;
    threadId: string;
    /** What the provider told beside this step. */
    providerMetadata?: ProviderMetadata;
    /** The answer as the stream handler's `output` option parsed it; on the step that ends a turn. */
    output?: unknown;
  };

/** What a client asks of `listMessagesWithStreams` besides committed messages. */
export type StreamArgs =
  { kind: "list" } | { kind: "deltas"; cursors: { streamId: string; cursor: number }[] };

/** A stream that has no committed message yet. */
export interface StreamInfo {
  streamId: string;
  turn: number;
  step: number;
}

/** A piece of a stream: UIMessageChunks with their text joined. Ask next from `seq + 1` on. */
export interface StreamDelta {
  streamId: string;
  seq: number;
  chunks: unknown[];
}

/** What `listMessagesWithStreams` answers. */
export interface MessagesWithStreams {
  /** Committed messages, oldest first; empty when `streamArgs` asks for streams. */
  messages: MessageDoc[];
  /** Where older messages begin, or null when there are none. */
  cursor: Cursor | null;
  streams?: { kind: "list"; streams: StreamInfo[] } | { kind: "deltas"; deltas: StreamDelta[] };
}

/** The action that `streamHandlerAction` makes. */
export type StreamHandler = FunctionReference<
  "action",
  "internal" | "public",
  { threadId: string; generation: number }
>;

/** A reference to the `enqueueWorkpoolAction` of `createWorkpoolBridge`. */
export type EnqueueAction = FunctionReference<"mutation", "internal">;

export interface AgentApiOptions {
  /**
   * Called before any operation on an existing thread. Throw to deny access.
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
}
