import { v } from "convex/values";
import { query } from "./_generated/server.js";
import { findToolCall } from "./findToolCall.js";

/**
 * Which thread a tool call belongs to, so that the caller can be authorized for it.
 *
 * @throws tool_call_not_found, tool_call_ambiguous
 */
export const locate = query({
  args: { toolCallId: v.string(), threadId: v.optional(v.string()) },
  returns: v.string(),
  handler: async (ctx, which): Promise<string> => (await findToolCall(ctx, which)).threadId,
});
