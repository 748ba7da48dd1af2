import { fileURLToPath } from "node:url";
import type { Entry } from "./bundle.js";
import { COMPONENT, filesWith } from "./files.js";

const at = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const PREVIOUS = at("../../peers/durableAgents");
const AGENT_PACKAGE = at("../../peers/convexAgent");

const imports = 'import { componentsGeneric, anyApi } from "convex/server";';

const API = `${imports}
import { defineAgentApi } from "convex-durable-agents";
export const { createThread, sendMessage, getThread, listMessages } = defineAgentApi(
  componentsGeneric().agents, anyApi.agent.handler);`;

const HANDLER = `${imports}
import { streamHandlerAction } from "convex-durable-agents";
export const handler = streamHandlerAction(componentsGeneric().agents, { model: "provider/model" });`;

const AGENT = `${imports}
import { Agent } from "@convex-dev/agent";
const agent = new Agent(componentsGeneric().agent, { name: "agent", languageModel: "provider/model" });
export const answer = agent.asTextAction({ stream: true });`;

const MESSAGES = `${imports}
import { mutationGeneric, queryGeneric } from "convex/server";
import { listUIMessages, saveMessage, syncStreams } from "@convex-dev/agent";
const { agent } = componentsGeneric();
export const list = queryGeneric((ctx, args) =>
  Promise.all([listUIMessages(ctx, agent, args), syncStreams(ctx, agent, args)]));
export const send = mutationGeneric((ctx, args) => saveMessage(ctx, agent, args));`;

/** A module with one function and nothing else: what any module of an app loads. */
export const EMPTY: Entry = {
  source: 'import { queryGeneric } from "convex/server"; export const empty = queryGeneric(() => null);',
  folder: COMPONENT,
};

/** What is looked at: of the files of a component, the one that loads most. */
export const ENTRIES: { of: string; name: string; entries: Entry[] }[] = [
  { of: "ours", name: "a query of the component", entries: filesWith("query") },
  { of: "ours", name: "a mutation of the component", entries: filesWith("mutation") },
  { of: "ours", name: "the app's queries and mutations", entries: [{ source: API, folder: COMPONENT }] },
  { of: "ours", name: "the app's stream handler", entries: [{ source: HANDLER, folder: COMPONENT }] },
  ...(["query", "mutation"] as const).map((kind) => ({
    of: "0.2.6",
    name: `a ${kind} of the component`,
    entries: filesWith(kind, `${PREVIOUS}/node_modules/convex-durable-agents/dist/component`),
  })),
  { of: "0.2.6", name: "the app's queries and mutations", entries: [{ source: API, folder: PREVIOUS }] },
  { of: "0.2.6", name: "the app's stream handler", entries: [{ source: HANDLER, folder: PREVIOUS }] },
  ...(["query", "mutation"] as const).map((kind) => ({
    of: "agent",
    name: `a ${kind} of the component`,
    entries: filesWith(kind, `${AGENT_PACKAGE}/node_modules/@convex-dev/agent/dist/component`),
  })),
  {
    of: "agent",
    name: "the app's queries and mutations",
    entries: [{ source: MESSAGES, folder: AGENT_PACKAGE }],
  },
  { of: "agent", name: "the app's action", entries: [{ source: AGENT, folder: AGENT_PACKAGE }] },
];
