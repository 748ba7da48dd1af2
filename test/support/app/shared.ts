import { anyApi } from "convex/server";
import { defineAgentApi, type QueryCtx } from "convex-durable-agents";
import { component } from "./agent.js";

const subjectOf = async (ctx: Pick<QueryCtx, "auth">) => (await ctx.auth.getUserIdentity())?.subject ?? null;

/** The same agent, whose threads belong to teams: a user `red|ann` is ann of the team red. */
export const shared = defineAgentApi(component, anyApi.agent!.handler as never, {
  name: "helper",
  owner: async (ctx) => (await subjectOf(ctx))?.split("|")[0] ?? null,
  sender: subjectOf,
});
