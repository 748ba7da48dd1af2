import { cronJobs, type Crons } from "convex/server";
import { v } from "convex/values";
import {
  createRetention,
  defineAgentApi,
  defineInternalAgentApi,
  streamHandlerAction,
} from "convex-durable-agents";
import { components, internal, internalMutation, model } from "./app.js";

export const handler = streamHandlerAction(components.durableAgents, {
  model,
  generateTitle: true,
});

export const { createThread, sendMessage, getThread, updateThread, listThreads, paginateThreads } =
  defineAgentApi(components.durableAgents, internal.threads.handler, {
    owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
  });

export const teamHandler = streamHandlerAction(
  components.durableAgents,
  (_ctx, _threadId, { owner, sender, turn, metadata }) => ({
    model,
    system: `You help ${sender} of the team ${owner}, on the plan ${String(metadata.plan)}.`,
    headers: { "x-turn": `${turn}` },
    messageMetadata: true,
  }),
);

export const team = defineAgentApi(components.durableAgents, internal.threads.teamHandler, {
  owner: async (ctx) => teamOf(await ctx.auth.getUserIdentity()),
  sender: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
});

/** The team that a user belongs to. */
const teamOf = (user: { subject: string } | null): string | null => user && user.subject.split("|")[0]!;

export const { createThread: createThreadFor } = defineInternalAgentApi(
  components.durableAgents,
  internal.threads.handler,
);

export const welcome = internalMutation({
  args: { subject: v.string() },
  returns: v.string(),
  handler: (ctx, { subject }): Promise<string> =>
    ctx.runMutation(internal.threads.createThreadFor, {
      owner: subject,
      prompt: "What can you do for me?",
      metadata: { kind: "welcome" },
    }),
});

const DAY_MS = 24 * 60 * 60 * 1000;

export const { sweepThreads } = createRetention(components.durableAgents, {
  archiveAfterMs: 30 * DAY_MS,
  deleteAfterMs: 365 * DAY_MS,
});

export function schedule(): Crons {
  const crons = cronJobs();
  crons.daily("sweep threads", { hourUTC: 3, minuteUTC: 0 }, internal.threads.sweepThreads, {});
  return crons;
}
