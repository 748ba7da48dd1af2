import { v, type Infer } from "convex/values";
import { vToolCallStatus } from "./machine.js";

export const vRole = v.union(v.literal("system"), v.literal("user"), v.literal("assistant"));

/** One typed piece of a UIMessage. Its shape belongs to the AI SDK and to the app's own data parts. */
export const vPart = v.any();

/** A file that comes with a message: at a URL, or in the app's file storage. */
const vFile = v.object({
  mediaType: v.string(),
  filename: v.optional(v.string()),
  url: v.optional(v.string()),
  storageId: v.optional(v.string()),
});
/** A file to send with a message: with either its `url`, or the `storageId` of an upload to the app's storage. */
export type SentFile = Infer<typeof vFile>;

/** A data part of a message, as the AI SDK has it: its shape and its looks are the app's. */
export const vDataPart = v.object({ type: v.string(), id: v.optional(v.string()), data: v.any() });
/** A data part to send with a message: its type begins with `data-`. */
export type SentData = Infer<typeof vDataPart>;

/** What a message consists of: text, files or data. */
export const vContent = {
  prompt: v.optional(v.string()),
  files: v.optional(v.array(vFile)),
  data: v.optional(v.array(vDataPart)),
};

/** What the app says of a message. */
const vMessageMetadata = v.record(v.string(), v.any());

/** Who sends a message, as the app names its users, and what the app says of it. */
export const vSent = { sender: v.optional(v.string()), metadata: v.optional(vMessageMetadata) };

/** A message that a thread begins with. */
export const vFirstMessage = v.object({
  role: v.union(v.literal("user"), v.literal("assistant")),
  ...vContent,
});

/** What one model call used: its tokens, as the provider counted them, and what the app says that they cost. */
export const vUsage = v.object({
  inputTokens: v.optional(v.number()),
  outputTokens: v.optional(v.number()),
  totalTokens: v.optional(v.number()),
  reasoningTokens: v.optional(v.number()),
  cachedInputTokens: v.optional(v.number()),
  cacheWriteTokens: v.optional(v.number()),
  /** The model and its provider, as the AI SDK names them, where the handler has prices. */
  model: v.optional(v.string()),
  provider: v.optional(v.string()),
  /** In the unit of the app's prices. */
  cost: v.optional(v.number()),
});
export type Usage = Infer<typeof vUsage>;

/**
 * What was streamed of a message before it was committed: by which stream, and how many characters of each of its text
 * and reasoning parts, in their order.
 */
export const vStreamed = v.object({ streamId: v.string(), lengths: v.array(v.number()) });

/** What a provider sent along with its answer, by the provider's name. */
export const vProviderMetadata = v.any();

/** An answer as the app's output format parsed it. */
export const vOutput = v.any();

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
  /**
   * The model call within the turn, from 1; a call that failed keeps its number. 0 for a message that starts the turn, and
   * halfway between two calls for one that was sent between them.
   */
  step: v.number(),
  /** The user who sent it, where that is not the thread's owner. */
  sender: v.optional(v.string()),
  metadata: v.optional(vMessageMetadata),
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
/** How far a reader has followed a stream. */
export type StreamCursor = Infer<typeof vStreamCursor>;

/** The part of a stream that its reader does not have yet. */
export const vStreamUpdate = v.object({
  /** The `seq` of the delta that comes next. */
  seq: v.number(),
  /** UIMessageChunks; a string continues the text before it. */
  chunks: v.array(v.any()),
  /** Which stream it is, and the step that it answers, when the reader followed another one or none. */
  stream: v.optional(v.object({ streamId: v.string(), turn: v.number(), step: v.number() })),
});
/** The part of a stream that its reader does not have yet, and the `seq` that comes next. */
export type StreamUpdate = Infer<typeof vStreamUpdate>;

/** A data part that a tool has written into the answer that called it. */
export const vToolData = v.object({
  ...vDataPart.fields,
  id: v.string(),
  /** One more than that of the part written before it. */
  n: v.number(),
  /** It is shown once, and not part of the message. */
  transient: v.optional(v.literal(true)),
});
export type ToolData = Infer<typeof vToolData>;

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
  /** What its running handler has told last. */
  progress: v.optional(v.any()),
  /** The data parts that its handler has written. */
  data: v.optional(v.array(vToolData)),
  /** The state of the approval, where the call needs one. */
  approval: v.optional(v.union(v.literal("requested"), v.literal("approved"), v.literal("denied"))),
  /** When the call's time is over, in milliseconds since the epoch, where it has a deadline. */
  deadlineAt: v.optional(v.number()),
});
export type ToolCall = Infer<typeof vToolCall>;

/** A stretch of a thread's transcript, newest first: each tool call of a step comes before the step's message. */
const vHistoryEntry = v.union(
  v.object({ kind: v.literal("message"), message: vMessage }),
  v.object({ kind: v.literal("toolCall"), toolCall: vToolCall }),
);
export type HistoryEntry = Infer<typeof vHistoryEntry>;

export const vHistoryPage = v.object({
  entries: v.array(vHistoryEntry),
  /** Where older entries begin, or null when there are none. */
  cursor: v.union(vCursor, v.null()),
});
