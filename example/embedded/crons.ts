import type { Crons } from "convex/server";
import type { Value } from "convex/values";
import type { Convex } from "./convex.js";
import { handleOf } from "./functionHandles.js";

const UNIT_MS = { seconds: 1_000, minutes: 60_000, hours: 3_600_000 };

/** A cron as its module names it. */
interface Cron {
  udfPath: string;
  args: Value;
  everyMs: number;
}

/**
 * The crons that a `crons.ts` exports.
 *
 * @throws Error at a cron that does not run at an interval.
 */
export function cronsOf({ crons }: Pick<Crons, "crons">): Cron[] {
  return Object.entries(crons).map(([title, { name, args, schedule }]) => {
    if (schedule.type !== "interval")
      throw new Error(`Only crons at intervals can be run here, and "${title}" is ${schedule.type}.`);
    const [unit, count] = Object.entries(schedule).find(([key]) => key in UNIT_MS)!;
    const everyMs = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
    return { udfPath: name, args: (args as Value[])[0]!, everyMs };
  });
}

/** Runs the crons of the app and its components for as long as the backend does. Returns what stops them. */
export async function startCrons({ internals, run }: Convex): Promise<() => void> {
  const timers: NodeJS.Timeout[] = [];
  for (const [componentPath, { modules }] of Object.entries(internals.components)) {
    const module: Record<string, unknown> = await modules("crons").catch(() => ({}));
    if (module.default === undefined) continue;
    for (const { udfPath, args, everyMs } of cronsOf(module.default as Crons)) {
      const once = () =>
        run.runInComponent(componentPath, async (ctx) => {
          await ctx.runMutation(handleOf({ componentPath, udfPath }) as never, args as never);
          return null;
        });
      const report = (error: unknown) => console.error(`The cron ${udfPath} failed:`, error);
      timers.push(setInterval(() => void once().catch(report), everyMs));
    }
  }
  return () => timers.forEach(clearInterval);
}
