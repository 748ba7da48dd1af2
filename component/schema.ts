import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import {
  vJob,
  vPart,
  vPools,
  vRole,
  vRunOptions,
  vThreadSnapshot,
  vThreadStatus,
  vToolCallSnapshot,
  vUsage,
} from "./validators.js";

/**
 * | table     | written by                                          | read by                                |
 * | --------- | --------------------------------------------------- | -------------------------------------- |
 * | threads   | dispatch (lifecycle.create inserts; recovery renews | threads, and every write as its fence  |
 * |           | `jobs.watchdog`)                                    |                                        |
 * | messages  | lifecycle (a user's), steps.commit (the model's),   | messages, steps.claim                  |
 * |           | streamRows (what was shown of an aborted stream)    |                                        |
 * | toolCalls | toolCallRows (inserts, starts, cancels),            | messages, steps.claim, answers,        |
 * |           | updateToolCall (all other events)                   | recovery                               |
 * | streams   | steps.claim, steps.heartbeat; streamRows deletes    | streams, recovery                      |
 * | deltas    | steps.flush; streamRows deletes                     | streams, recovery                      |
 *
 * purge deletes messages and tool calls of a thread under deletion.
 */
export default defineSchema({
  threads: defineTable({
    snapshot: vThreadSnapshot,
    /** The snapshot's projection. */
    status: v.union(vThreadStatus, v.literal("deleting")),
    /** False once the thread is under deletion. */
    listed: v.boolean(),
    /** The app's stream handler; renewed with each message, so that a renamed handler does not strand the thread. */
    streamHandle: v.string(),
    /** The app's workpools; renewed likewise. */
    pools: vPools,
    /** What is scheduled for the thread, so that it can be found dead or unscheduled. */
    jobs: v.object({
      stream: v.optional(vJob),
      retry: v.optional(v.id("_scheduled_functions")),
      turn: v.optional(v.id("_scheduled_functions")),
      watchdog: v.optional(v.id("_scheduled_functions")),
    }),
  }).index("by_listed", ["listed"]),

  messages: defineTable({
    threadId: v.id("threads"),
    /** Where the message stands in its thread; see position.ts. */
    position: v.number(),
    role: vRole,
    parts: v.array(vPart),
    /** How many rows of toolCalls belong to this step. */
    toolCalls: v.number(),
    /** Set on an answer that was cut off by a stop or a failure. */
    partial: v.optional(v.boolean()),
    finishReason: v.optional(v.string()),
    usage: v.optional(vUsage),
  }).index("by_thread", ["threadId", "position"]),

  toolCalls: defineTable({
    threadId: v.id("threads"),
    /** The position of the step that asked for the call, and the call's place in it. */
    position: v.number(),
    index: v.number(),
    /** The generation of the stream that asked for the call: the thread's while it awaits the outcome. */
    generation: v.number(),
    toolCallId: v.string(),
    toolName: v.string(),
    input: v.any(),
    /** How the tool is run; absent for a call that cannot be run. */
    options: v.optional(vRunOptions),
    /** The app's workpool for tools, if it has one. */
    pool: v.optional(v.string()),
    snapshot: vToolCallSnapshot,
    /** The snapshot's projection: no outcome yet. */
    pending: v.boolean(),
    output: v.optional(v.any()),
    /** The file that holds a result too large for a row. */
    file: v.optional(v.id("_storage")),
    /** The executor, or the backoff, that is scheduled. */
    job: v.optional(vJob),
    /** The deadline that is scheduled, and when it passes, in milliseconds since the epoch. */
    deadline: v.optional(v.object({ job: v.id("_scheduled_functions"), at: v.number() })),
  })
    .index("by_step", ["threadId", "position", "index"])
    .index("by_pending", ["threadId", "generation", "pending", "index"])
    .index("by_toolCallId", ["toolCallId", "threadId", "pending"]),

  /** The live output of one attempt at a step. The row goes when its message is committed. */
  streams: defineTable({
    threadId: v.id("threads"),
    generation: v.number(),
    position: v.number(),
    /** The last sign of life of a handler that had nothing to write. */
    heartbeatAt: v.number(),
  }).index("by_thread", ["threadId"]),

  /** Merged chunks of a stream, in the order of `seq`. */
  deltas: defineTable({
    streamId: v.id("streams"),
    seq: v.number(),
    chunks: v.array(v.any()),
  }).index("by_stream", ["streamId", "seq"]),
});
