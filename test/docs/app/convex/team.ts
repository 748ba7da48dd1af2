import { defineAgentApi, streamHandlerAction } from "convex-durable-agents";
import { components, internal } from "./_generated/api";

export const handler = streamHandlerAction(
  components.durableAgents,
  (_ctx, _threadId, { owner, sender, turn, metadata }) => ({
    model: "anthropic/claude-haiku-4.5",
    system: `You help ${sender} of the team ${owner}, on the plan ${String(metadata.plan)}.`,
    headers: { "x-turn": `${turn}` },
  }),
);

export const { createThread, sendMessage, listThreads, listMessages } = defineAgentApi(
  components.durableAgents,
  internal.team.handler,
  {
    // A claim that the app's sign-in puts into its tokens.
    owner: async (ctx) => ((await ctx.auth.getUserIdentity())?.team as string | undefined) ?? null,
    sender: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
  },
);
