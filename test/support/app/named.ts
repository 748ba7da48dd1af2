import { anyApi, type ApiFromModules } from "convex/server";
import { defineAgentApi, defineInternalAgentApi, type AgentApiOptions } from "convex-durable-agents";
import { authorization, component } from "./agent.js";

/** The files of the app's storage that nobody may send. */
export const refusedFiles = new Set<string>();

const handler = anyApi.agent!.handler as never;

const options: AgentApiOptions = {
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
  authorizationCallback: (ctx, threadId) => authorization.callback?.(ctx, threadId),
  inspectorCallback: (ctx, threadId) => authorization.inspector?.(ctx, threadId) ?? false,
  authorizeFile: (_ctx, storageId) => !refusedFiles.has(storageId),
};

/** Two agents that share the component, each with owners. */
export const clerk = defineAgentApi(component, handler, { ...options, name: "clerk" });
export const scribe = defineAgentApi(component, handler, { ...options, name: "scribe" });

/** The clerk's threads for other Convex functions, and without owners. */
export const clerkOffice = defineInternalAgentApi(component, handler, { name: "clerk" });

/** What `setup` takes, so that an app has these agents. */
export const namedModules = {
  "./app/clerk.ts": () => Promise.resolve(clerk),
  "./app/scribe.ts": () => Promise.resolve(scribe),
  "./app/clerkOffice.ts": () => Promise.resolve(clerkOffice),
};

export const {
  clerk: clerkApi,
  scribe: scribeApi,
  clerkOffice: clerkOfficeApi,
} = anyApi as unknown as ApiFromModules<{
  clerk: typeof clerk;
  scribe: typeof scribe;
  clerkOffice: typeof clerkOffice;
}>;
