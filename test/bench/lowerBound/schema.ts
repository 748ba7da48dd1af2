import {
  defineSchema,
  defineTable,
  internalActionGeneric,
  internalMutationGeneric,
  mutationGeneric,
  queryGeneric,
  type ActionBuilder,
  type DataModelFromSchemaDefinition,
  type MutationBuilder,
  type QueryBuilder,
} from "convex/server";
import { v } from "convex/values";

/** A tool call, as the model asks for it. */
export const vCall = v.object({ callId: v.string(), key: v.string() });

const schema = defineSchema({
  threads: defineTable({
    running: v.boolean(),
    /** How many tool calls have a result; counted by the app with an action per tool. */
    settled: v.number(),
  }),

  messages: defineTable({
    threadId: v.id("threads"),
    role: v.union(v.literal("user"), v.literal("assistant"), v.literal("tool")),
    text: v.string(),
    /** How much of the text readers got from the stream. */
    streamed: v.number(),
    calls: v.optional(v.array(vCall)),
    results: v.optional(v.array(v.any())),
  }).index("by_thread", ["threadId"]),

  /** Tool calls of the app with an action per tool. */
  calls: defineTable({
    threadId: v.id("threads"),
    callId: v.string(),
    key: v.string(),
    result: v.optional(v.any()),
    /** The how-manieth of the thread's calls to have a result. */
    settled: v.optional(v.number()),
  })
    .index("by_thread", ["threadId"])
    .index("by_settled", ["threadId", "settled"]),

  streams: defineTable({ threadId: v.id("threads") }).index("by_thread", ["threadId"]),

  deltas: defineTable({ streamId: v.id("streams"), seq: v.number(), text: v.string() }).index("by_stream", [
    "streamId",
    "seq",
  ]),
});
export default schema;

type DataModel = DataModelFromSchemaDefinition<typeof schema>;

export const query = queryGeneric as QueryBuilder<DataModel, "public">;
export const mutation = mutationGeneric as MutationBuilder<DataModel, "public">;
export const internalMutation = internalMutationGeneric as MutationBuilder<DataModel, "internal">;
export const internalAction = internalActionGeneric as ActionBuilder<DataModel, "internal">;
