import { createRetention } from "convex-durable-agents";
import { component } from "./agent.js";

export const DAY_MS = 24 * 3_600_000;

export const { sweepThreads } = createRetention(component, {
  archiveAfterMs: 30 * DAY_MS,
  deleteAfterMs: 90 * DAY_MS,
});

export const { sweepThreads: sweepFailed } = createRetention(component, {
  deleteAfterMs: DAY_MS,
  statuses: ["failed"],
});
