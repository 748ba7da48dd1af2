import type { Explanation } from "convex-durable-agents";

export function inWords({ state, waitsFor, waitsUntil, error }: Explanation): string {
  const until = waitsUntil === null ? "" : ` until ${new Date(waitsUntil).toISOString()} at the latest`;
  const after = error ? `, after: ${error.message}` : "";
  return `${state}: waits for ${waitsFor ?? "its user"}${until}${after}`;
}
