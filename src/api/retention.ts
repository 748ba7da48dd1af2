import { internalMutationGeneric } from "convex/server";
import { v } from "convex/values";
import type { SettledStatus } from "../../component/validators/machine.js";
import { agentError } from "../errors.js";
import type { ComponentApi } from "../types.js";

/** How long threads are kept. A thread's age is the time since its last turn began. */
export interface RetentionOptions {
  /** Archive threads of this age, in milliseconds. Default: never. */
  archiveAfterMs?: number;
  /** Delete threads of this age, in milliseconds, archived ones too. Default: never. */
  deleteAfterMs?: number;
  /** Only threads with one of these statuses; never a running one. Default: `["completed", "failed", "stopped"]`. */
  statuses?: SettledStatus[];
}

/**
 * Creates the mutation that archives and deletes old threads. Call it from a cron of the app. It works in batches, each of
 * which schedules the next.
 *
 * @param component - the mounted component, `components.durableAgents`.
 * @throws invalid_retention
 * @example
 * export const { sweepThreads } = createRetention(components.durableAgents, { deleteAfterMs: 90 * 24 * 3_600_000 });
 */
export function createRetention(
  component: ComponentApi,
  { archiveAfterMs, deleteAfterMs, statuses = ["completed", "failed", "stopped"] }: RetentionOptions,
) {
  const ages = [archiveAfterMs, deleteAfterMs].filter((age) => age !== undefined);
  if (ages.length === 0 || !ages.every((age) => Number.isFinite(age) && age > 0))
    throw agentError(
      "invalid_retention",
      "Retention needs archiveAfterMs or deleteAfterMs, as a positive number of milliseconds.",
    );
  return {
    sweepThreads: internalMutationGeneric({
      args: {},
      returns: v.null(),
      handler: async (ctx): Promise<null> => {
        const before = (age: number | undefined) => age && Date.now() - age;
        return ctx.runMutation(component.retention.sweep, {
          archiveBefore: before(archiveAfterMs),
          deleteBefore: before(deleteAfterMs),
          statuses,
        });
      },
    }),
  };
}
