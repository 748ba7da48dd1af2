import { Output } from "ai";
import {
  defineInternalAgentApi,
  streamHandlerAction,
  vStatusChange,
  type OutputOf,
} from "convex-durable-agents";
import { v } from "convex/values";
import { z } from "zod";
import { components, internal } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import { internalAction, internalMutation, query } from "./_generated/server";

const report = Output.object({
  schema: z.object({ title: z.string(), findings: z.array(z.string()) }),
});

export const reporter = streamHandlerAction(components.durableAgents, {
  model: "anthropic/claude-haiku-4.5",
  system: "You write short reports.",
  output: report,
});

export const { createThread, listMessages, deleteThread } = defineInternalAgentApi(
  components.durableAgents,
  internal.reports.reporter,
  {
    name: "reporter",
    limits: { maxSteps: 20, maxTurnMs: 10 * 60 * 1000 },
    onStatusChange: internal.reports.settled,
  },
);

/** Starts a report and returns at once. Called twice with the same key, it is one report. */
export const start = internalMutation({
  args: { topic: v.string(), key: v.string() },
  returns: v.id("reports"),
  handler: async (ctx, { topic, key }): Promise<Id<"reports">> => {
    const prompt = `Write a report about ${topic}.`;
    const threadId: string = await ctx.runMutation(internal.reports.createThread, { prompt, key });
    const started = await ctx.db
      .query("reports")
      .withIndex("by_thread", (q) => q.eq("threadId", threadId))
      .unique();
    return started?._id ?? ctx.db.insert("reports", { topic, threadId, outcome: { kind: "running" } });
  },
});

/** For the cron: one report a day, even if it runs twice. */
export const morning = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    const day = new Date().toISOString().slice(0, 10);
    await ctx.runMutation(internal.reports.start, { topic: `the sales of ${day}`, key: `morning ${day}` });
    return null;
  },
});

/** Called on each change of a thread's status, in the transaction that makes it. */
export const settled = internalMutation({
  args: vStatusChange,
  returns: v.null(),
  handler: async (ctx, { threadId, to, error, stopReason }): Promise<null> => {
    if (to === "streaming" || to === "awaiting_tool_results") return null;
    await ctx.scheduler.runAfter(0, internal.reports.finish, {
      threadId,
      reason: to === "completed" ? undefined : (error?.message ?? `It reached ${stopReason}.`),
    });
    return null;
  },
});

/** Stores the outcome in the app's own table, and goes on with what waits for it. */
export const finish = internalMutation({
  args: { threadId: v.string(), reason: v.optional(v.string()) },
  returns: v.null(),
  handler: async (ctx, { threadId, reason }): Promise<null> => {
    const row = await ctx.db
      .query("reports")
      .withIndex("by_thread", (q) => q.eq("threadId", threadId))
      .unique();
    if (row?.outcome.kind !== "running") return null;
    const [answer] = await ctx.runQuery(internal.reports.listMessages, { threadId, limit: 1 });
    const output = answer?.output as OutputOf<typeof report> | undefined;
    if (reason !== undefined || !output) {
      const failed = { kind: "failed" as const, reason: reason ?? "It has no output." };
      await ctx.db.patch(row._id, { outcome: failed });
      return null;
    }
    await ctx.db.patch(row._id, { outcome: { kind: "done", ...output } });
    await ctx.scheduler.runAfter(0, internal.reports.deliver, output);
    return null;
  },
});

/** Whatever is to happen with a report. */
export const deliver = internalAction({
  args: { title: v.string(), findings: v.array(v.string()) },
  returns: v.null(),
  handler: async (_ctx, { title, findings }) => {
    console.log(`${title}: ${findings.length} findings`);
    return null;
  },
});

/** For a page: changes when the report is there. */
export const get = query({
  args: { reportId: v.id("reports") },
  handler: (ctx, { reportId }) => ctx.db.get(reportId),
});
