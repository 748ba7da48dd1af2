import { createRetention } from "convex-durable-agents";
import { components } from "./_generated/api";

const DAY_MS = 24 * 60 * 60 * 1000;

export const { sweepThreads } = createRetention(components.durableAgents, {
  archiveAfterMs: 30 * DAY_MS,
  deleteAfterMs: 365 * DAY_MS,
});
