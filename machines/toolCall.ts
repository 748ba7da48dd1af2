import { and, assign, setup } from "xstate";
import { declareEffects, type ToolCallEffect } from "./effects.js";
import type { Failure, ToolCallEvent } from "./events.js";

/** What a tool call is created with. */
export interface ToolCallPolicy {
  /** A sync tool's handler returns the outcome; an async tool's callback only asks for it. */
  kind: "sync" | "async";
  /** Attempts before a failing handler's error becomes the outcome; 1 means no retry. */
  maxAttempts: number;
  /** Whether a handler may run again although its executor died and it may have had its effect. */
  retryOnCrash: boolean;
}

/** The tool call's extended state; its input and outcome live beside it in the row. */
export interface ToolCallContext extends ToolCallPolicy {
  /** Fencing token: one more each time the handler is scheduled. */
  epoch: number;
  /** The attempt at running the handler, from 1. */
  attempt: number;
  /** Why there is no result; only in `failed`. */
  error: Failure | null;
}

/** The policy of a tool that sets none. */
export const DEFAULT_TOOL_POLICY: ToolCallPolicy = { kind: "sync", maxAttempts: 3, retryOnCrash: false };

/** The context of a tool call that was just asked for. */
export const initialToolCallContext: ToolCallContext = {
  ...DEFAULT_TOOL_POLICY,
  epoch: 0,
  attempt: 1,
  error: null,
};

const EXECUTOR_DIED: Failure = {
  code: "executor_died",
  message:
    "The action that ran this tool ended without a word. The tool may or may not have had its effect; it was not run again.",
};

const effect = declareEffects<ToolCallEffect>();

/** The life of one tool call, from the committed step that asked for it to its one outcome. */
export const toolCallMachine = setup({
  types: { context: {} as ToolCallContext, events: {} as ToolCallEvent },
  actions: {
    executeTool: effect("executeTool"),
    scheduleToolRetry: effect("scheduleToolRetry"),
    cancelExecutor: effect("cancelExecutor"),
    reportSettled: effect("reportSettled"),

    nextEpoch: assign(({ context }) => ({ epoch: context.epoch + 1 })),
    countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    recordError: assign(({ event }) => ("error" in event ? { error: event.error } : {})),
    recordDeath: assign({ error: EXECUTOR_DIED }),
  },
  guards: {
    current: ({ context, event }) => "epoch" in event && event.epoch === context.epoch,
    isRetryable: ({ event }) => event.type === "HANDLER_FAILED" && event.retryable,
    attemptsLeft: ({ context }) => context.attempt < context.maxAttempts,
    mayRunAgain: ({ context }) => context.retryOnCrash,
    isAsync: ({ context }) => context.kind === "async",
  },
}).createMachine({
  id: "toolCall",
  context: initialToolCallContext,
  initial: "pending",
  states: {
    pending: {
      initial: "requested",
      on: {
        RESULT_GIVEN: { guard: "isAsync", target: "completed", actions: ["cancelExecutor", "reportSettled"] },
        ERROR_GIVEN: {
          guard: "isAsync",
          target: "failed",
          actions: ["recordError", "cancelExecutor", "reportSettled"],
        },
        CANCEL: { target: "cancelled", actions: "cancelExecutor" },
      },
      states: {
        requested: {
          on: {
            START: "executing",
            REJECT: { target: "#toolCall.failed", actions: ["recordError", "reportSettled"] },
          },
        },
        executing: {
          entry: [
            "nextEpoch",
            {
              type: "executeTool",
              params: ({ context }) => ({ epoch: context.epoch, attempt: context.attempt }),
            },
          ],
          on: {
            HANDLER_RETURNED: [
              { guard: and(["current", "isAsync"]), target: "awaitingResult" },
              { guard: "current", target: "#toolCall.completed", actions: "reportSettled" },
            ],
            HANDLER_FAILED: [
              {
                guard: and(["current", "isRetryable", "attemptsLeft"]),
                target: "backoff",
                actions: {
                  type: "scheduleToolRetry",
                  params: ({ context }) => ({ epoch: context.epoch, attempt: context.attempt }),
                },
              },
              { guard: "current", target: "#toolCall.failed", actions: ["recordError", "reportSettled"] },
            ],
            EXECUTOR_DIED: [
              {
                guard: and(["current", "mayRunAgain", "attemptsLeft"]),
                target: "executing",
                reenter: true,
                actions: "countAttempt",
              },
              { guard: "current", target: "#toolCall.failed", actions: ["recordDeath", "reportSettled"] },
            ],
          },
        },
        backoff: {
          on: { RETRY_DUE: { guard: "current", target: "executing", actions: "countAttempt" } },
        },
        awaitingResult: {},
      },
    },
    completed: { type: "final" },
    failed: { type: "final" },
    cancelled: { type: "final" },
  },
});
