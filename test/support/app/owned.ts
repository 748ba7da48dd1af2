import { anyApi } from "convex/server";
import { defineAgentApi } from "convex-durable-agents";
import { authorization, component } from "./agent.js";

/** The same agent, whose threads belong to the users who create them. */
export const owned = defineAgentApi(component, anyApi.agent!.handler as never, {
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
  authorizationCallback: (ctx, threadId) => authorization.callback?.(ctx, threadId),
});
