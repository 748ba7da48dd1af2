import type { StopReason, ThreadContext } from "./context.js";
import type { ThreadEvent } from "./events.js";
import { addTokens, NO_TOKENS } from "./tokens.js";

/**
 * Bounds on a turn. They come with the event that starts it, so that an app that changes them need not migrate threads.
 * A budget that is null or left out has no end.
 */
export interface TurnLimits {
  /** Attempts at one step before the turn fails; 1 means no retry. Default: 3. */
  maxAttempts: number;
  /** Model calls in one turn before the thread is stopped. Default: 50. */
  maxSteps: number;
  /** Milliseconds that one turn may take. */
  maxTurnMs?: number | null;
  /** Tokens of one turn after which no further model call begins. */
  maxTurnTokens?: number | null;
  /** Cost of one turn, in the unit of the app's prices, after which no further model call begins. */
  maxTurnCost?: number | null;
  /** Milliseconds that all turns together may take. */
  maxThreadMs?: number | null;
  /** Tokens of all turns together after which no further model call begins. */
  maxThreadTokens?: number | null;
  /** Cost of all turns together, in the unit of the app's prices, after which no further model call begins. */
  maxThreadCost?: number | null;
}

/** The budgets that a timer watches. */
export type ClockBudget = "maxTurnMs" | "maxThreadMs";

/** The limits of a thread whose app sets none. */
export const DEFAULT_TURN_LIMITS: Required<TurnLimits> = {
  maxAttempts: 3,
  maxSteps: 50,
  maxTurnMs: null,
  maxTurnTokens: null,
  maxTurnCost: null,
  maxThreadMs: null,
  maxThreadTokens: null,
  maxThreadCost: null,
};

/** The limits by their names, which a thread's context has too. */
export const LIMITS = Object.keys(DEFAULT_TURN_LIMITS) as (keyof TurnLimits)[];

const isSpent = (used: number, budget: number | null): boolean => budget !== null && used >= budget;

/** The limit that lets no further model call begin, or null. What runs is ended by the clock alone. */
export function spentBudget(context: ThreadContext): StopReason | null {
  const { steps, tokens, cost, threadTokens, threadCost, threadMs } = context;
  if (steps >= context.maxSteps) return "maxSteps";
  if (isSpent(tokens.total, context.maxTurnTokens)) return "maxTurnTokens";
  if (isSpent(cost, context.maxTurnCost)) return "maxTurnCost";
  if (isSpent(threadTokens, context.maxThreadTokens)) return "maxThreadTokens";
  if (isSpent(threadCost, context.maxThreadCost)) return "maxThreadCost";
  return isSpent(threadMs, context.maxThreadMs) ? "maxThreadMs" : null;
}

/** How long a turn that begins may run, in milliseconds, and which budget limits it; null if nothing does. */
export function turnTime(context: ThreadContext): { ms: number; budget: ClockBudget } | null {
  const { maxTurnMs, maxThreadMs, threadMs } = context;
  const turnMs = maxTurnMs ?? Infinity;
  const leftMs = maxThreadMs === null ? Infinity : maxThreadMs - threadMs;
  if (turnMs === Infinity && leftMs === Infinity) return null;
  return turnMs <= leftMs ? { ms: turnMs, budget: "maxTurnMs" } : { ms: leftMs, budget: "maxThreadMs" };
}

/** How long the running turn has taken when an event comes, in milliseconds. */
export const elapsedMs = ({ startedAt }: ThreadContext, at: number): number => Math.max(0, at - startedAt);

/** What a finished step adds to the turn and to the thread; nothing for other events. */
export function stepSpent(context: ThreadContext, event: ThreadEvent): Partial<ThreadContext> {
  if (event.type !== "STREAM_FINISHED") return {};
  const { tokens = NO_TOKENS, cost = 0 } = event;
  // The thread's are counted only where there is a budget, so that the row does not grow for nothing.
  const { maxThreadTokens, maxThreadCost } = context;
  return {
    steps: context.steps + 1,
    tokens: addTokens(context.tokens, tokens),
    cost: context.cost + cost,
    threadTokens: context.threadTokens + (maxThreadTokens === null ? 0 : tokens.total),
    threadCost: context.threadCost + (maxThreadCost === null ? 0 : cost),
  };
}

/** Resets the thread's budget that ran out. */
export function renewed({ stopReason }: ThreadContext): Partial<ThreadContext> {
  if (stopReason === "maxThreadTokens") return { threadTokens: 0 };
  if (stopReason === "maxThreadCost") return { threadCost: 0 };
  return stopReason === "maxThreadMs" ? { threadMs: 0 } : {};
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
    maxTurnCost: context.cost,
    maxTurnMs: turnMs,
    maxThreadTokens: context.threadTokens,
    maxThreadCost: context.threadCost,
    maxThreadMs: context.threadMs + (isRunning ? turnMs : 0),
  };
  return (Object.keys(used) as LimitUse["limit"][]).flatMap((limit) => {
    const max = context[limit];
    return max === null ? [] : { limit, max, used: used[limit], left: Math.max(0, max - used[limit]) };
  });
}
