import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { vStoredTransition } from "./validators/insight.js";
import {
  vFailure,
  vStoredThread,
  vStoredToolCall,
  vStopReason,
  vThreadStatus,
  vTokens,
  vTurnOutcome,
} from "./validators/machine.js";
import {
  vOutput,
  vPart,
  vProviderMetadata,
  vRole,
  vSent,
  vStreamed,
  vToolData,
  vUsage,
} from "./validators/message.js";
import { vAgent, vEdit, vJob, vMetadata, vRunOptions, vTitle } from "./validators/thread.js";

/**
 * | table       | written by                                           | read by                              |
 * | ----------- | ---------------------------------------------------- | ------------------------------------ |
 * | threads     | dispatch/dispatchThread; model/threads inserts;      | model/threads, model/threadLists     |
 * |             | threads.update and retention set `archived`          |                                      |
 * | watchdogs   | dispatch/watchdogs                                   | model/watchdogs                      |
 * | deletions   | model/deletions, for dispatch                        | model/deletions                      |
 * | details     | model/details                                        | model/details                        |
 * | agents      | model/agents                                         | dispatch/dispatchThread              |
 * | messages    | dispatch/threadEffects (placed by the machine),      | model/messages, model/history        |
 * |             | dispatch/streams (kept text), dispatch/history       |                                      |
 * |             | (copies, deletes), lifecycle.create, purge           |                                      |
 * | toolCalls   | dispatch/toolRounds, dispatch/dispatchToolCall,      | model/toolCalls, model/history       |
 * |             | dispatch/history, purge                              |                                      |
 * | turns       | model/turns, for dispatch; purge                     | insight                              |
 * | transitions | model/transitions, for dispatch; purge               | insight                              |
 * | streams     | model/streams, dispatch/streams, steps.heartbeat     | streams, watchdog, each write to a   |
 * |             |                                                      | stream as its fence                  |
 * | deltas      | steps.flush; dispatch/streams deletes                | streams, watchdog, dispatch/streams  |
 *
 * Whoever inserts a message writes the thread's row in the same transaction: a thread's messages are thereby committed in the
 * order of their creation times, and a reader who has all up to one of them misses none.
 */
export default defineSchema({
  threads: defineTable({
    snapshot: vStoredThread,
    /** The snapshot's projection. */
    status: v.union(vThreadStatus, v.literal("deleting")),
    /** How many times messages were taken out, apart from those that the snapshot's revision counts. */
    removals: v.optional(v.number()),
    /** The app's functions and settings; renewed with each message, so that a renamed one does not strand the thread. */
    agent: v.id("agents"),
    /** The user whose thread it is, as the app names its users. */
    owner: v.optional(v.string()),
    /** The name of the agent that it was created with, if that has one: never changed, while `agent` is. */
    agentName: v.optional(v.string()),
    /** When its last turn began, or else the thread itself, in ms. Absent under deletion: lists range over it. */
    activeAt: v.optional(v.number()),
    archived: v.optional(v.literal(true)),
    /** What is scheduled for the thread, so that it can be found dead or unscheduled. */
    jobs: v.object({
      stream: v.optional(vJob),
      retry: v.optional(v.id("_scheduled_functions")),
      turn: v.optional(v.id("_scheduled_functions")),
      watchdog: v.optional(v.id("_scheduled_functions")),
      edit: v.optional(v.id("_scheduled_functions")),
      cleanup: v.optional(v.id("_scheduled_functions")),
      purge: v.optional(v.id("_scheduled_functions")),
    }),
    /** When its stream handler was scheduled, in ms, until that begins. Absent where a workpool decides when it does. */
    enqueuedAt: v.optional(v.number()),
    /** The edit of the history that is under way, and how far it has come. */
    edit: v.optional(vEdit),
    /** Set while there are closed streams, or tool calls without an outcome that nobody awaits. */
    untidy: v.optional(v.literal(true)),
    /** Set while all that the thread waits for is people, for as long as they like: there is no watchdog. */
    parked: v.optional(v.literal(true)),
    /** How many transitions have been logged; absent where none was. */
    logged: v.optional(v.number()),
    /** The client's key of the thread: created twice with one key, it is one. */
    key: v.optional(v.string()),
  })
    .index("by_key", ["key", "agentName", "owner"])
    .index("by_owner", ["owner", "archived", "activeAt"])
    .index("by_owner_status", ["owner", "archived", "status", "activeAt"])
    .index("by_activity", ["archived", "activeAt"])
    .index("by_status", ["archived", "status", "activeAt"])
    .index("by_name", ["agentName", "archived", "activeAt"])
    .index("by_name_status", ["agentName", "archived", "status", "activeAt"])
    .index("by_name_owner", ["agentName", "owner", "archived", "activeAt"])
    .index("by_name_owner_status", ["agentName", "owner", "archived", "status", "activeAt"])
    .index("by_untidy", ["untidy"])
    .index("by_enqueuedAt", ["enqueuedAt"]),

  /**
   * The watchdog of a thread, once it has come back. It is not noted in the thread's row, because each of its looks would
   * otherwise wake whoever reads the thread, and conflict with what happens to it.
   */
  watchdogs: defineTable({ threadId: v.id("threads"), job: v.id("_scheduled_functions") }).index(
    "by_thread",
    ["threadId"],
  ),

  /** The threads under deletion, so that readers of a tool call learn of it without the thread's row. */
  deletions: defineTable({ threadId: v.id("threads") }).index("by_thread", ["threadId"]),

  /** A thread's title and metadata, if it has any; apart, because the thread's row is written so often. */
  details: defineTable({
    threadId: v.id("threads"),
    title: v.optional(vTitle),
    metadata: v.optional(vMetadata),
  }).index("by_thread", ["threadId"]),

  /** Functions and settings of an app, kept apart because all threads of an agent share them. */
  agents: defineTable(vAgent).index("by_streamHandle", ["streamHandle"]),

  messages: defineTable({
    threadId: v.id("threads"),
    /** Where the message stands in its thread; see lib/position.ts. */
    position: v.number(),
    role: vRole,
    parts: v.array(vPart),
    /** How many rows of toolCalls belong to this step; absent if none do. */
    toolCalls: v.optional(v.number()),
    /** What readers who followed the message's stream already have of it. */
    streamed: v.optional(vStreamed),
    /** The client's key of the message: sent twice with one key, it is one. */
    key: v.optional(v.string()),
    ...vSent,
    /** Set on an answer that was cut off by a stop or a failure. */
    partial: v.optional(v.boolean()),
    finishReason: v.optional(v.string()),
    usage: v.optional(vUsage),
    providerMetadata: v.optional(vProviderMetadata),
    /** The answer as the app's output format parsed it, on the step that ends a turn. */
    output: v.optional(vOutput),
  })
    .index("by_thread", ["threadId", "position"])
    .index("by_role", ["threadId", "role", "position"])
    .index("by_creation", ["threadId"])
    .index("by_key", ["threadId", "key"]),

  toolCalls: defineTable({
    threadId: v.id("threads"),
    /** The position of the step that requested the call, and the call's index in it. */
    position: v.number(),
    index: v.number(),
    /** The generation of the stream that requested the call: the thread's while it awaits the outcome. */
    generation: v.number(),
    toolCallId: v.string(),
    toolName: v.string(),
    input: v.any(),
    /** How the tool is run; absent for a call that cannot be run, or that has its outcome. */
    options: v.optional(vRunOptions),
    /** The app's workpool for tools, if it has one; absent likewise. */
    pool: v.optional(v.string()),
    snapshot: vStoredToolCall,
    /** The snapshot's projection: there is no outcome yet. */
    pending: v.optional(v.literal(true)),
    output: v.optional(v.any()),
    /** What its running handler has told last, and when, in milliseconds since the epoch. */
    progress: v.optional(v.object({ data: v.any(), at: v.number() })),
    /** The data parts that its handler has written, and how many writes there were. */
    data: v.optional(v.object({ written: v.number(), parts: v.array(vToolData) })),
    /** The file that holds a result too large for a row. */
    file: v.optional(v.id("_storage")),
    /** False: a fork does not take the outcome over. */
    keepInForks: v.optional(v.literal(false)),
    /** The executor, or the backoff, that is scheduled. */
    job: v.optional(vJob),
    /** When an executor was seen running: one of a workpool at its beginning, another one once it takes unusually long. In ms. */
    seenRunningAt: v.optional(v.number()),
    /** The deadline that is scheduled, and when it passes, in milliseconds since the epoch. */
    deadline: v.optional(v.object({ job: v.id("_scheduled_functions"), at: v.number() })),
  })
    .index("by_step", ["threadId", "position", "index"])
    .index("by_pending", ["threadId", "pending", "generation", "index"])
    .index("by_toolCallId", ["toolCallId", "pending", "threadId", "generation"])
    .index("by_file", ["file"]),

  /**
   * The output of one attempt at a step, from its first write on. It is open exactly as long as the thread's snapshot says that
   * its handler holds the step: whoever knows its id may write. Closed ones are cleaned up in batches.
   */
  streams: defineTable({
    threadId: v.id("threads"),
    position: v.number(),
    /** Set when it is closed: whether what readers have seen of it is kept, as a message, or dropped. */
    closed: v.optional(v.union(v.literal("keep"), v.literal("drop"))),
    /** The last sign of life of a handler that had nothing to write. */
    heartbeatAt: v.optional(v.number()),
  }).index("by_thread", ["threadId", "closed"]),

  /** Each turn that has ended. */
  turns: defineTable({
    threadId: v.id("threads"),
    turn: v.number(),
    steps: v.number(),
    startedAt: v.number(),
    endedAt: v.number(),
    outcome: vTurnOutcome,
    /** Why it was stopped, if it was. */
    stopReason: v.optional(vStopReason),
    /** Why it failed, if it did. */
    error: v.optional(vFailure),
    /** How often its last step was tried; absent where that is once. */
    attempts: v.optional(v.number()),
    /** As `leanTokens` makes them. */
    tokens: vTokens.partial(),
    /** In the unit of the app's prices; absent where it is 0. */
    cost: v.optional(v.number()),
    /** The tokens and the cost of all turns up to this one; absent where that is the first one. */
    threadTokens: v.optional(vTokens.partial()),
    threadCost: v.optional(v.number()),
    /** Who sent the message that began it, where that is not the thread's owner. */
    sender: vSent.sender,
  }).index("by_thread", ["threadId", "turn"]),

  /** The newest transitions of each thread whose app wants them logged. */
  transitions: defineTable({ threadId: v.id("threads"), ...vStoredTransition.fields }).index("by_thread", [
    "threadId",
    "seq",
  ]),

  /** Merged chunks of a stream, in the order of `seq`: UIMessageChunks, and bare text that continues the text before it. */
  deltas: defineTable({
    stream: v.id("streams"),
    seq: v.number(),
    chunks: v.array(v.any()),
  }).index("by_stream", ["stream", "seq"]),
});
