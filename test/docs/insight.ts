import type { ConvexClient } from "convex/browser";
import { defineAgentApi, type Explanation } from "convex-durable-agents";
import {
  describeThread,
  recordHistory,
  stepThread,
  type RecordedHistory,
} from "convex-durable-agents/machines";
import { expect } from "vitest";
import { api, components, internal } from "./app.js";

export const { createThread, getUsage, listTurns, listTransitions, explainThread } = defineAgentApi(
  components.durableAgents,
  internal.assistant.handler,
  { onStatusChange: internal.alerts.statusChanged, transitionLog: { keep: 500 } },
);

export const support = defineAgentApi(components.durableAgents, internal.assistant.handler, {
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
  inspectorCallback: async (ctx) => (await ctx.auth.getUserIdentity())?.role === "support",
});

export function inWords({ state, waitsFor, waitsUntil, error }: Explanation): string {
  const until = waitsUntil === null ? "" : ` until ${new Date(waitsUntil).toISOString()} at the latest`;
  const after = error ? `, after: ${error.message}` : "";
  return `${state}: waits for ${waitsFor ?? "its user"}${until}${after}`;
}

export async function saveHistory(client: ConvexClient, threadId: string): Promise<string> {
  const { transitions } = await client.query(api.chat.listTransitions, { threadId, limit: 500 });
  return JSON.stringify(recordHistory(transitions.toReversed()));
}

export function followHistory({ start, events }: RecordedHistory): void {
  let snapshot = start;
  for (const { event, state } of events) {
    ({ snapshot } = stepThread(snapshot, event, event.at));
    expect(describeThread(snapshot).state).toBe(state);
  }
}
