import type { StopReason, ThreadContext } from "./context.js";
import type { ClockBudget, ThreadEvent } from "./events.js";
import { addTokens } from "./tokens.js";

const isSpent = (used: number, budget: number | null): boolean => budget !== null && used >= budget;

/** The limit that lets no further model call begin, or null. What runs is ended by the clock alone. */
export function spentBudget(context: ThreadContext): StopReason | null {
  const { steps, tokens, threadTokens, threadMs } = context;
  if (steps >= context.maxSteps) return "maxSteps";
  if (isSpent(tokens.total, context.maxTurnTokens)) return "maxTurnTokens";
  if (isSpent(threadTokens, context.maxThreadTokens)) return "maxThreadTokens";
  return isSpent(threadMs, context.maxThreadMs) ? "maxThreadMs" : null;
}

/** How long a turn that begins may run, in milliseconds, and the budget that says so; null: as long as it takes. */
export function turnTime(context: ThreadContext): { ms: number; budget: ClockBudget } | null {
  const { maxTurnMs, maxThreadMs, threadMs } = context;
  const turnMs = maxTurnMs ?? Infinity;
  const leftMs = maxThreadMs === null ? Infinity : maxThreadMs - threadMs;
  if (turnMs === Infinity && leftMs === Infinity) return null;
  return turnMs <= leftMs ? { ms: turnMs, budget: "maxTurnMs" } : { ms: leftMs, budget: "maxThreadMs" };
}

/** How much of a limit is used. Times are in milliseconds. */
export interface LimitUse {
  limit: Exclude<StopReason, "user">;
  max: number;
  used: number;
  /** What is left of it; 0 when more was used than there was. */
  left: number;
}

/**
 * How much is used of each limit that a thread has.
 *
 * @param turnMs - how long the last turn has taken, in milliseconds.
 * @param isRunning - whether that turn is still under way.
 */
export function limitUse(context: ThreadContext, turnMs: number, isRunning: boolean): LimitUse[] {
  const used = {
    maxSteps: context.steps,
    maxTurnTokens: context.tokens.total,
    maxTurnMs: turnMs,
    maxThreadTokens: context.threadTokens,
    maxThreadMs: context.threadMs + (isRunning ? turnMs : 0),
  };
  return (Object.keys(used) as LimitUse["limit"][]).flatMap((limit) => {
    const max = context[limit];
    return max === null ? [] : { limit, max, used: used[limit], left: Math.max(0, max - used[limit]) };
  });
}

/** What the event of a finished step adds to the turn and to the thread; nothing for other events. */
export function stepSpent(context: ThreadContext, event: ThreadEvent): Partial<ThreadContext> {
  if (event.type !== "STREAM_FINISHED") return {};
  const { tokens } = event;
  return {
    steps: context.steps + 1,
    ...(tokens && {
      tokens: addTokens(context.tokens, tokens),
      ...(context.maxThreadTokens !== null && { threadTokens: context.threadTokens + tokens.total }),
    }),
  };
}

/** The thread's budget that ran out, begun anew. */
export function renewed({ stopReason }: ThreadContext): Partial<ThreadContext> {
  if (stopReason === "maxThreadTokens") return { threadTokens: 0 };
  return stopReason === "maxThreadMs" ? { threadMs: 0 } : {};
}
