import { assign } from "xstate";
import { NO_TOKENS } from "../../../machines/thread/tokens.js";
import type { ThreadContext } from "../../../machines/index.js";
import type { TimedThreadEvent } from "../../../machines/thread/events.js";
import { controlFaults } from "./controlFaults.js";
import { handOverFaults } from "./handOverFaults.js";
import { recoveryFaults } from "./recoveryFaults.js";
import {
  deaf,
  deafChild,
  entersWithout,
  forgets,
  guardIs,
  hears,
  idle,
  leads,
  mistake,
  open,
  without,
  type Fault,
} from "./fault.js";

interface Args {
  context: ThreadContext;
  event: TimedThreadEvent;
}

/** The stream is dropped with all that readers have seen of it. */
const DISCARD = { type: "abortStream", params: { keep: false } };

/** What a turn begins with, apart from its number and its time. */
const BEGINNING = {
  steps: 0,
  calls: 0,
  tokens: NO_TOKENS,
  cost: 0,
  queued: 0,
  steered: 0,
  stopReason: null,
  error: null,
};

/** A turn begins with what the one before has left of something. */
const keeps = (what: keyof typeof BEGINNING): Fault =>
  mistake(`a new turn keeps the ${what} of the old one`, (draft) =>
    draft.replace(
      "actions",
      "beginTurn",
      assign(({ context, event }: Args) => {
        const { [what]: _, ...rest } = BEGINNING;
        return { ...rest, startedAt: event.at, turn: context.turn + 1 };
      }),
    ),
  );

const has = <K extends string>(event: object, key: K): event is Record<K, unknown> => key in event;

/** Mistakes in the thread machine that the checks have to catch, each of them. */
export const threadFaults: Fault[] = [
  open("current"),
  guardIs("holdsLease", "forgets the lease", ({ context, event }: Args) =>
    has(event, "generation") ? event.generation === context.generation : false,
  ),
  guardIs("holdsLease", "forgets the generation", ({ context, event }: Args) =>
    has(event, "lease") ? event.lease === context.lease : false,
  ),
  open("attemptsLeft"),
  guardIs(
    "attemptsLeft",
    "allows one too many",
    ({ context }: Args) => context.attempt <= context.maxAttempts,
  ),
  guardIs("attemptsLeft", "allows none", () => false),
  open("budgetLeft"),
  open("isRetryable"),
  open("hasToolCalls"),
  guardIs("messageWaits", "never sees a message", () => false),
  idle("countAttempt"),
  idle("countStep"),
  idle("takeLease"),
  idle("dropLease"),
  idle("queueMessage"),
  idle("settle"),
  idle("beginStep"),
  idle("setLimits"),
  idle("recordError"),
  idle("recordDeath"),
  idle("clearError"),
  idle("stoppedByUser"),
  idle("stoppedByBudget"),
  mistake("a new stream keeps the old generation", (draft) =>
    draft.replace("actions", "nextGeneration", assign({ error: null })),
  ),
  mistake("a new turn is not counted", (draft) =>
    draft.replace(
      "actions",
      "beginTurn",
      assign(({ event }: Args) => ({ ...BEGINNING, startedAt: event.at })),
    ),
  ),
  keeps("steps"),
  keeps("calls"),
  keeps("cost"),
  mistake("the watchdog is armed before the generation is counted", (draft) => {
    const [dropped, counted, enqueued, armed] = [draft.state("running.queued").entry ?? []].flat();
    draft.state("running.queued").entry = [dropped!, armed!, counted!, enqueued!];
  }),
  mistake("a queued thread whose handler died is not entered anew", (draft) => {
    delete draft.transition("running.queued", "LEASE_EXPIRED").reenter;
  }),
  mistake("a thread that fails throws away what readers saw", (draft) => {
    draft.transition("running.streaming", "STREAM_FAILED", 1).actions = ["recordError", DISCARD];
  }),
  entersWithout("running.queued", "enqueueStream"),
  entersWithout("running.queued", "armWatchdog"),
  entersWithout("running.tools", "startTools"),
  entersWithout("deleting", "purge"),
  entersWithout("deleting", "cancelTools"),
  entersWithout("deleting", "settle"),
  mistake("armWatchdog is dropped on entering running.streaming", (draft) => {
    delete draft.state("running.streaming").entry;
  }),
  mistake("dropThread is dropped on entering deleted", (draft) => {
    delete draft.state("deleted").entry;
  }),
  forgets("running", "STOP", 0, "abortStream"),
  forgets("running", "STOP", 0, "cancelTools"),
  forgets("running", "STOP", 0, "cancelTimers"),
  forgets("running.streaming", "STREAM_FINISHED", 0, "retireStream"),
  forgets("running.streaming", "STREAM_FINISHED", 1, "retireStream"),
  forgets("running.streaming", "STREAM_FAILED", 0, "abortStream"),
  forgets("running.streaming", "STREAM_FAILED", 0, "scheduleRetry"),
  forgets("running.stepDone", "always", 1, "recordTurn"),
  forgets("running.stepDone", "always", 2, "recordTurn"),
  forgets("running.stepDone", "always", 2, "cancelTimers"),
  forgets("running.stepFailed", "always", 0, "recordTurn"),
  forgets("running.stepFailed", "always", 1, "recordTurn"),
  forgets("running.stepFailed", "always", 1, "cancelTimers"),
  forgets("running.toolsDone", "always", 1, "recordTurn"),
  forgets("running.toolsDone", "always", 1, "stoppedByBudget"),
  forgets("running.toolsDone", "always", 2, "recordTurn"),
  forgets("running.toolsDone", "always", 2, "cancelTimers"),
  forgets("running", "STOP", 0, "recordTurn"),
  forgets("running", "INTERRUPT", 0, "recordTurn"),
  forgets("running", "TIME_UP", 0, "recordTurn"),
  forgets("running", "TIME_UP", 1, "recordTurn"),
  forgets("running", "REWIND", 0, "recordTurn"),
  forgets("running", "DELETE", 0, "recordTurn"),
  mistake("a turn that failed is recorded as completed", (draft) => {
    const recorded = { type: "recordTurn", params: { outcome: "completed" } };
    draft.transition("running.stepFailed", "always", 1).actions = [recorded, "cancelTimers"];
  }),
  mistake("a turn whose handler died throws away what readers saw", (draft) => {
    draft.transition("running.streaming", "LEASE_EXPIRED", 1).actions = ["recordDeath", DISCARD];
  }),
  forgets("running.streaming", "STREAM_FAILED", 1, "abortStream"),
  forgets("running.streaming", "LEASE_EXPIRED", 0, "abortStream"),
  forgets("running.streaming", "LEASE_EXPIRED", 1, "abortStream"),
  forgets("running.backoff", "RETRY_DUE", 0, "countAttempt"),
  deaf("running", "SEND"),
  deaf("running", "STOP"),
  deaf("running", "DELETE"),
  deaf("settled", "RESUME"),
  mistake("a stopped thread is resumed as any other", (draft) => {
    delete draft.state("settled.stopped").on;
  }),
  deaf("running.queued", "STREAM_STARTED"),
  deaf("running.queued", "LEASE_EXPIRED"),
  deaf("running.streaming", "LEASE_EXPIRED"),
  deaf("running.streaming", "STREAM_FAILED"),
  deaf("running.backoff", "RETRY_DUE"),
  deaf("running.tools", "TOOLS_SETTLED"),
  deaf("deleting", "PURGED"),
  deafChild("running.tools", "STOP"),
  deafChild("running.backoff", "SEND"),
  without("running.streaming", "STREAM_FINISHED", 0),
  without("running.streaming", "STREAM_FINISHED", 1),
  without("running.stepDone", "always", 1),
  without("running.stepDone", "always", 2),
  without("running.stepFailed", "always", 0),
  without("running.stepFailed", "always", 1),
  without("running.queued", "LEASE_EXPIRED", 1),
  without("running.queued", "LEASE_EXPIRED", 0),
  without("running.streaming", "STREAM_FAILED", 1),
  without("running.streaming", "LEASE_EXPIRED", 1),
  without("running.toolsDone", "always", 0),
  without("running.toolsDone", "always", 1),
  without("running.toolsDone", "always", 2),
  leads("running", "STOP", 0, "settled.completed"),
  leads("running.stepDone", "always", 1, "#thread.settled.completed"),
  leads("running.streaming", "LEASE_EXPIRED", 0, "backoff"),
  leads("running.streaming", "STREAM_FAILED", 1, "queued"),
  leads("running.stepFailed", "always", 0, "#thread.settled.failed"),
  leads("running.toolsDone", "always", 2, "#thread.settled.completed"),
  hears("running.streaming", "STREAM_STARTED", "streaming", "current"),
  hears("running.queued", "STREAM_FINISHED", "#thread.settled.completed"),
  hears("settled.stopped", "TOOLS_SETTLED", "#thread.begin"),
  hears("settled.completed", "LEASE_EXPIRED", "#thread.begin"),
  hears("deleting", "SEND", "begin"),
  hears("deleted", "DELETE", "deleting"),
  ...handOverFaults,
  ...recoveryFaults,
  ...controlFaults,
];
