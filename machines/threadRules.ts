import { assign, setup } from "xstate";
import { renewed, spentBudget, stepSpent } from "./budgets.js";
import type { ThreadContext } from "./context.js";
import { declareEffects, type ThreadEffect } from "./effects.js";
import { elapsedMs } from "./endedTurn.js";
import { DEFAULT_TURN_LIMITS, type Failure, type TimedThreadEvent } from "./events.js";
import { NO_TOKENS } from "./tokens.js";

const HANDLER_DIED: Failure = {
  code: "handler_died",
  message: "The stream handler stopped responding, on its last attempt too.",
};

const effect = declareEffects<ThreadEffect>();

/** What the names in the thread's machine mean: its effects, how its context changes, and what its guards ask. */
export const threadRules = setup({
  types: { context: {} as ThreadContext, events: {} as TimedThreadEvent },
  actions: {
    enqueueStream: effect("enqueueStream"),
    armWatchdog: effect("armWatchdog"),
    scheduleRetry: effect("scheduleRetry"),
    startTools: effect("startTools"),
    retireStream: effect("retireStream"),
    abortStream: effect("abortStream"),
    cancelTools: effect("cancelTools"),
    cancelTimers: effect("cancelTimers"),
    armTurnTimer: effect("armTurnTimer"),
    recordTurn: effect("recordTurn"),
    truncate: effect("truncate"),
    copyHistory: effect("copyHistory"),
    purge: effect("purge"),
    dropThread: effect("dropThread"),

    setLimits: assign(({ event }) =>
      "limits" in event && event.limits ? { ...DEFAULT_TURN_LIMITS, ...event.limits } : {},
    ),
    passTurn: assign(({ context }) => ({ turn: context.turn + 1 })),
    beginTurn: assign(({ context, event }) => ({
      turn: context.turn + 1,
      startedAt: event.at,
      steps: 0,
      tokens: NO_TOKENS,
      queued: 0,
      steered: 0,
      stopReason: null,
      error: null,
    })),
    countTime: assign(({ context, event }) =>
      context.maxThreadMs === null ? {} : { threadMs: context.threadMs + elapsedMs(context, event) },
    ),
    renewBudget: assign(({ context }) => renewed(context)),
    beginStep: assign({ attempt: 1 }),
    nextGeneration: assign(({ context }) => ({ generation: context.generation + 1, error: null })),
    nextRevision: assign(({ context }) => ({ revision: context.revision + 1 })),
    takeLease: assign(({ event }) => (event.type === "STREAM_STARTED" ? { lease: event.lease } : {})),
    dropLease: assign({ lease: null }),
    countStep: assign(({ context, event }) => stepSpent(context, event)),
    countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    queueMessage: assign(({ context }) => ({ queued: context.queued + 1 })),
    steerMessage: assign(({ context }) => ({ steered: context.steered + 1 })),
    withdrawMessage: assign(({ context, event }) =>
      event.type === "WITHDRAW" ? { [event.from]: context[event.from] - 1 } : {},
    ),
    takeSteered: assign({ steered: 0 }),
    takeSourceTurn: assign(({ event }) => (event.type === "FORK" ? { turn: event.turn } : {})),
    settle: assign({ queued: 0, steered: 0, attempt: 1 }),
    leaveMessages: assign({ queued: 0 }),
    clearError: assign({ error: null }),
    forget: assign({ error: null, stopReason: null, steps: 0, tokens: NO_TOKENS }),
    recordError: assign(({ event }) => (event.type === "STREAM_FAILED" ? { error: event.error } : {})),
    recordDeath: assign({ error: HANDLER_DIED }),
    stoppedByUser: assign({ stopReason: "user" }),
    stoppedByBudget: assign(({ context }) => ({ stopReason: spentBudget(context) })),
    stoppedByClock: assign(({ event }) => (event.type === "TIME_UP" ? { stopReason: event.budget } : {})),
  },
  guards: {
    current: ({ context, event }) => "generation" in event && event.generation === context.generation,
    currentTurn: ({ context, event }) => "turn" in event && event.turn === context.turn,
    currentRevision: ({ context, event }) => "revision" in event && event.revision === context.revision,
    owns: ({ context, event }) =>
      "lease" in event && event.generation === context.generation && event.lease === context.lease,
    hasToolCalls: ({ event }) => event.type === "STREAM_FINISHED" && event.toolCalls > 0,
    isRetryable: ({ event }) => event.type === "STREAM_FAILED" && event.retryable,
    attemptsLeft: ({ context }) => context.attempt < context.maxAttempts,
    budgetLeft: ({ context }) => spentBudget(context) === null,
    budgetLeftAfterIt: ({ context, event }) =>
      spentBudget({ ...context, ...stepSpent(context, event) }) === null,
    messageWaits: ({ context }) => context.queued + context.steered > 0,
    messageSteered: ({ context }) => context.steered > 0,
    isThere: ({ context, event }) => event.type === "WITHDRAW" && context[event.from] > 0,
  },
});
