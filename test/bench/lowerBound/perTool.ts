import { v } from "convex/values";
import { runTool as callTool } from "../workloads.js";
import { internal } from "./api.js";
import { callModel, toPrompt, type StoredMessage } from "./model.js";
import { internalAction, internalMutation, vCall } from "./schema.js";

/** Runs one step; each tool call is an action, and the last one to settle starts the next step. */
export const runStep = internalAction({
  args: { threadId: v.id("threads"), streamId: v.optional(v.id("streams")) },
  handler: async (ctx, args): Promise<void> => {
    const { threadId } = args;
    const { streamId, messages } = await ctx.runMutation(internal.turns.begin, args);
    const prompt = messages.flatMap((message): StoredMessage[] =>
      message.calls ? [message, { role: "tool", text: "" }] : [message],
    );
    const { text, streamed, calls } = await callModel(ctx, { threadId, streamId }, toPrompt(prompt));
    if (calls.length === 0)
      await ctx.runMutation(internal.turns.finish, { threadId, streamId, text, streamed });
    else await ctx.runMutation(internal.perTool.startTools, { threadId, streamId, calls });
  },
});

/** Stores what a step asks for, and starts it. */
export const startTools = internalMutation({
  args: { threadId: v.id("threads"), streamId: v.id("streams"), calls: v.array(vCall) },
  handler: async (ctx, { threadId, streamId, calls }) => {
    const { settled } = (await ctx.db.get("threads", threadId))!;
    await ctx.db.insert("messages", { threadId, role: "assistant", text: "", streamed: 0, calls });
    const last = settled + calls.length;
    for (const call of calls) {
      const callId = await ctx.db.insert("calls", { threadId, ...call });
      await ctx.scheduler.runAfter(0, internal.perTool.runTool, {
        threadId,
        streamId,
        callId,
        key: call.key,
        last,
      });
    }
  },
});

const vRun = {
  threadId: v.id("threads"),
  streamId: v.id("streams"),
  callId: v.id("calls"),
  last: v.number(),
};

/** Runs one tool. */
export const runTool = internalAction({
  args: { ...vRun, key: v.string() },
  handler: async (ctx, { key, ...run }): Promise<void> => {
    await ctx.runMutation(internal.perTool.settle, { ...run, result: await callTool(key) });
  },
});

/** Stores a result; behind the last one of a step the next step begins. */
export const settle = internalMutation({
  args: { ...vRun, result: v.any() },
  handler: async (ctx, { threadId, streamId, callId, last, result }) => {
    const call = await ctx.db.get("calls", callId);
    const thread = await ctx.db.get("threads", threadId);
    if (!call || !thread) return;
    const settled = thread.settled + 1;
    await ctx.db.patch("calls", callId, { result: result as unknown, settled });
    await ctx.db.patch("threads", threadId, { settled });
    if (settled === last) await ctx.scheduler.runAfter(0, internal.perTool.runStep, { threadId, streamId });
  },
});
