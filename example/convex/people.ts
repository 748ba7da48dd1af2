import { v, type Infer } from "convex/values";
import type { Explanation } from "convex-durable-agents";
import { api, components } from "./_generated/api";
import { query } from "./_generated/server";
import { ownerOf } from "./owner";

/** What a thread needs of a person: an answer to a question, or a decision on a tool call. */
const vNeed = v.union(v.literal("answer"), v.literal("approval"));

const vThreadInNeed = v.object({ threadId: v.string(), need: vNeed });

/** The caller's threads that cannot go on without a person, and what they need. */
export const threadsInNeed = query({
  args: {},
  returns: v.array(vThreadInNeed),
  handler: async (ctx) => {
    const waiting = await ctx.runQuery(api.chat.listThreads, { status: "awaiting_tool_results", limit: 50 });
    const inNeed: Infer<typeof vThreadInNeed>[] = [];
    for (const { _id: threadId } of waiting) {
      const need = needOf(await ctx.runQuery(api.chat.explainThread, { threadId }));
      if (need) inNeed.push({ threadId, need });
    }
    return inNeed;
  },
});

/** The first thing that a thread needs. All async tools of this agent are answered by people. */
function needOf(explanation: Explanation | null): Infer<typeof vNeed> | null {
  const states = explanation?.pendingCalls.calls.map(({ state }) => state) ?? [];
  const first = states.find((state) => state === "awaitingResult" || state === "awaitingApproval");
  if (first === undefined) return null;
  return first === "awaitingResult" ? "answer" : "approval";
}

/** The JSON schema of the arguments of a call that waits for approval, as JSON; null if there is none. */
export const argsSchema = query({
  args: { threadId: v.string(), toolCallId: v.string() },
  returns: v.union(v.string(), v.null()),
  handler: async (ctx, call): Promise<string | null> => {
    // A thread that was deleted meanwhile is no error to whoever looks at it.
    if (!(await ctx.runQuery(api.chat.getThread, { threadId: call.threadId }))) return null;
    const owner = await ownerOf(ctx);
    return ctx.runQuery(components.durableAgents.toolCalls.argsSchema, { ...call, owner });
  },
});
