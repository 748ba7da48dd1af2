import { internalMutationGeneric } from "convex/server";
import { v } from "convex/values";
import type { SettledStatus } from "../../component/validators/machine.js";
import { definitionError } from "../errors.js";
import type { ComponentApi } from "../types.js";

/** How long threads are kept. Their age is the time since their last turn began, in milliseconds. */
export interface RetentionOptions {
  /** Archive threads of this age. */
  archiveAfterMs?: number;
  /** Delete threads of this age, archived ones too. */
  deleteAfterMs?: number;
  /** Only those with one of these statuses. A running thread is never swept. */
  statuses?: SettledStatus[];
}

/**
 * Makes the function that archives and deletes old threads, to be called by a cron of the app's. It works in batches, which
 * follow each other until nothing old is left.
 *
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
    throw definitionError(
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
