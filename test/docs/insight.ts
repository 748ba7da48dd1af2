import { defineAgentApi, type Explanation } from "convex-durable-agents";
import { components, internal } from "./app.js";

export const { createThread, getUsage, listTurns, listTransitions, explainThread } = defineAgentApi(
  components.durableAgents,
  internal.assistant.handler,
  { onStatusChange: internal.alerts.statusChanged, transitionLog: { keep: 500 } },
);

export function inWords({ state, waitsFor, waitsUntil, error }: Explanation): string {
  const until = waitsUntil === null ? "" : ` until ${new Date(waitsUntil).toISOString()} at the latest`;
  const after = error ? `, after: ${error.message}` : "";
  return `${state}: waits for ${waitsFor ?? "its user"}${until}${after}`;
}
