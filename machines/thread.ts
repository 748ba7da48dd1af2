import { and, assign, setup } from "xstate";
import { initialThreadContext, type ThreadContext } from "./context.js";
import { declareEffects, type ThreadEffect } from "./effects.js";
import type { Failure, ThreadEvent } from "./events.js";

const HANDLER_DIED: Failure = {
  code: "handler_died",
  message: "The stream handler stopped responding, on its last attempt too.",
};

const effect = declareEffects<ThreadEffect>();

type Now = { context: ThreadContext };
const ofGeneration = ({ context: { generation } }: Now) => ({ generation });
const ofOwner = ({ context: { generation, lease } }: Now) => ({ generation, lease });
const keepingWhatWasShown = ({ context: { generation } }: Now) => ({ generation, keep: true });
const discardingIt = ({ context: { generation } }: Now) => ({ generation, keep: false });

/**
 * The life of a thread. Settled states wait for a user; each `running` state waits for something
 * that is certain to come, because the host owns a deadline for it.
 */
export const threadMachine = setup({
  types: { context: {} as ThreadContext, events: {} as ThreadEvent },
  actions: {
    enqueueStream: effect("enqueueStream"),
    armWatchdog: effect("armWatchdog"),
    scheduleRetry: effect("scheduleRetry"),
    startTools: effect("startTools"),
    retireStream: effect("retireStream"),
    abortStream: effect("abortStream"),
    cancelTools: effect("cancelTools"),
    cancelTimers: effect("cancelTimers"),
    purge: effect("purge"),
    dropThread: effect("dropThread"),

    setLimits: assign(({ event }) =>
      (event.type === "SEND" || event.type === "RESUME") && event.limits ? event.limits : {},
    ),
    beginTurn: assign(({ context }) => ({
      turn: context.turn + 1,
      steps: 0,
      queued: false,
      stopReason: null,
      error: null,
    })),
    beginStep: assign({ attempt: 1 }),
    nextGeneration: assign(({ context }) => ({ generation: context.generation + 1, error: null })),
    takeLease: assign(({ event }) => (event.type === "STREAM_STARTED" ? { lease: event.lease } : {})),
    dropLease: assign({ lease: null }),
    countStep: assign(({ context }) => ({ steps: context.steps + 1 })),
    countAttempt: assign(({ context }) => ({ attempt: context.attempt + 1 })),
    queueMessage: assign({ queued: true }),
    settle: assign({ queued: false, attempt: 1 }),
    clearError: assign({ error: null }),
    forget: assign({ error: null, stopReason: null }),
    recordError: assign(({ event }) => (event.type === "STREAM_FAILED" ? { error: event.error } : {})),
    recordDeath: assign({ error: HANDLER_DIED }),
    stoppedByUser: assign({ stopReason: "user" }),
    stoppedByBound: assign({ stopReason: "maxSteps" }),
  },
  guards: {
    current: ({ context, event }) => "generation" in event && event.generation === context.generation,
    owns: ({ context, event }) =>
      "lease" in event && event.generation === context.generation && event.lease === context.lease,
    hasToolCalls: ({ event }) => event.type === "STREAM_FINISHED" && event.toolCalls > 0,
    isRetryable: ({ event }) => event.type === "STREAM_FAILED" && event.retryable,
    attemptsLeft: ({ context }) => context.attempt < context.maxAttempts,
    stepsLeft: ({ context }) => context.steps < context.maxSteps,
    messageQueued: ({ context }) => context.queued,
  },
}).createMachine({
  id: "thread",
  context: initialThreadContext,
  initial: "idle",
  states: {
    idle: {
      on: { SEND: "begin", RESUME: "begin", DELETE: "deleting" },
    },
    completed: {
      entry: "settle",
      on: { SEND: "begin", RESUME: "begin", DELETE: "deleting" },
    },
    failed: {
      entry: "settle",
      on: { SEND: "begin", RESUME: "begin", DELETE: "deleting" },
    },
    stopped: {
      entry: ["settle", "clearError"],
      on: { SEND: "begin", RESUME: "begin", DELETE: "deleting" },
    },
    begin: {
      entry: ["setLimits", "beginTurn", "beginStep"],
      always: "running",
    },
    running: {
      initial: "queued",
      on: {
        SEND: { actions: "queueMessage" },
        STOP: {
          target: "stopped",
          actions: [
            "stoppedByUser",
            { type: "abortStream", params: keepingWhatWasShown },
            { type: "cancelTools", params: ofGeneration },
            "cancelTimers",
          ],
        },
        DELETE: "deleting",
      },
      states: {
        queued: {
          entry: [
            "nextGeneration",
            { type: "enqueueStream", params: ofGeneration },
            { type: "armWatchdog", params: ofOwner },
          ],
          on: {
            STREAM_STARTED: { guard: "current", target: "streaming", actions: "takeLease" },
            LEASE_EXPIRED: [
              {
                guard: and(["owns", "attemptsLeft"]),
                target: "queued",
                reenter: true,
                actions: "countAttempt",
              },
              { guard: and(["owns", "messageQueued"]), target: "#thread.begin" },
              { guard: "owns", target: "#thread.failed", actions: ["recordDeath", "cancelTimers"] },
            ],
          },
        },
        streaming: {
          entry: { type: "armWatchdog", params: ofOwner },
          exit: "dropLease",
          on: {
            STREAM_FINISHED: [
              {
                guard: and(["owns", "hasToolCalls"]),
                target: "tools",
                actions: ["countStep", { type: "retireStream", params: ofGeneration }],
              },
              {
                guard: and(["owns", "messageQueued"]),
                target: "#thread.begin",
                actions: { type: "retireStream", params: ofGeneration },
              },
              {
                guard: "owns",
                target: "#thread.completed",
                actions: ["countStep", { type: "retireStream", params: ofGeneration }, "cancelTimers"],
              },
            ],
            STREAM_FAILED: [
              {
                guard: and(["owns", "isRetryable", "attemptsLeft"]),
                target: "backoff",
                actions: [
                  "recordError",
                  { type: "abortStream", params: discardingIt },
                  {
                    type: "scheduleRetry",
                    params: ({ context, event }) => ({
                      generation: context.generation,
                      attempt: context.attempt,
                      retryAfterMs: event.retryAfterMs,
                    }),
                  },
                ],
              },
              {
                guard: and(["owns", "messageQueued"]),
                target: "#thread.begin",
                actions: { type: "abortStream", params: keepingWhatWasShown },
              },
              {
                guard: "owns",
                target: "#thread.failed",
                actions: [
                  "recordError",
                  { type: "abortStream", params: keepingWhatWasShown },
                  "cancelTimers",
                ],
              },
            ],
            LEASE_EXPIRED: [
              {
                guard: and(["owns", "attemptsLeft"]),
                target: "queued",
                actions: ["countAttempt", { type: "abortStream", params: discardingIt }],
              },
              {
                guard: and(["owns", "messageQueued"]),
                target: "#thread.begin",
                actions: { type: "abortStream", params: keepingWhatWasShown },
              },
              {
                guard: "owns",
                target: "#thread.failed",
                actions: [
                  "recordDeath",
                  { type: "abortStream", params: keepingWhatWasShown },
                  "cancelTimers",
                ],
              },
            ],
          },
        },
        backoff: {
          on: {
            RETRY_DUE: { guard: "current", target: "queued", actions: "countAttempt" },
          },
        },
        tools: {
          entry: { type: "startTools", params: ofGeneration },
          on: {
            TOOLS_SETTLED: [
              { guard: and(["current", "stepsLeft"]), target: "queued", actions: "beginStep" },
              { guard: and(["current", "messageQueued"]), target: "#thread.begin" },
              { guard: "current", target: "#thread.stopped", actions: ["stoppedByBound", "cancelTimers"] },
            ],
          },
        },
      },
    },
    deleting: {
      entry: [
        { type: "abortStream", params: discardingIt },
        { type: "cancelTools", params: ofGeneration },
        "cancelTimers",
        "settle",
        "forget",
        "purge",
      ],
      on: { PURGED: "deleted" },
    },
    deleted: { type: "final", entry: "dropThread" },
  },
});
