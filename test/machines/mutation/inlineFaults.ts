import type { ToolCallContext } from "../../../machines/index.js";
import {
  deaf,
  deafChild,
  entersWithout,
  forgets,
  guardIs,
  hears,
  leads,
  mistake,
  open,
  without,
  type Fault,
} from "./fault.js";

interface Args {
  context: ToolCallContext;
}

const REQUESTED = "pending.requested";
const INLINE = "pending.inline";

/** Mistakes in how a tool call is run by the stream handler that asked for it. */
export const inlineFaults: Fault[] = [
  open("mayBeTaken"),
  guardIs("mayBeTaken", "takes no call", () => false),
  guardIs(
    "mayBeTaken",
    "forgets the approval",
    ({ context }: Args) => context.kind === "sync" && context.timeoutMs === null,
  ),
  guardIs(
    "mayBeTaken",
    "forgets the time-out",
    ({ context }: Args) => context.kind === "sync" && !context.needsApproval,
  ),
  guardIs(
    "mayBeTaken",
    "takes async calls, too",
    ({ context }: Args) => !context.needsApproval && context.timeoutMs === null,
  ),
  guardIs(
    "mayBeTaken",
    "takes only calls that may run again",
    ({ context: { kind, needsApproval, timeoutMs, retryOnCrash } }: Args) =>
      kind === "sync" && !needsApproval && timeoutMs === null && retryOnCrash,
  ),
  mistake("TAKEN takes any call", (draft) => {
    delete draft.transition(REQUESTED, "TAKEN").guard;
  }),
  entersWithout(INLINE, "nextEpoch"),
  mistake("a call that its stream handler runs is scheduled, too", (draft) => {
    draft.state(INLINE).entry = ["nextEpoch", "executeTool"];
  }),
  mistake("a call that its stream handler runs has a deadline", (draft) => {
    const armed = { type: "armDeadline", params: { time: "timeoutMs" } };
    draft.state(INLINE).entry = ["nextEpoch", "nextDeadline", armed];
  }),
  mistake("a call that its stream handler has run keeps its place", (draft) => {
    delete draft.state(INLINE).exit;
  }),
  mistake("TAKEN counts an attempt", (draft) => {
    draft.transition(REQUESTED, "TAKEN").actions = "countAttempt";
  }),
  mistake("a run in a stream handler that never began is counted as an attempt", (draft) => {
    draft.transition(INLINE, "NOT_BEGUN").actions = ["scheduleToolRetry", "countAttempt"];
  }),
  mistake("a death of the stream handler always lets its call run again", (draft) => {
    draft.transition(INLINE, "EXECUTOR_DIED").guard = "currentMayTryAgain";
  }),
  mistake("the outcome of a run in the stream handler is taken in any epoch", (draft) => {
    delete draft.transition(INLINE, "HANDLER_RETURNED").guard;
  }),
  forgets(INLINE, "HANDLER_RETURNED", 0, "reportSettled"),
  forgets(INLINE, "HANDLER_FAILED", 0, "scheduleToolRetry"),
  forgets(INLINE, "HANDLER_FAILED", 0, "countAttempt"),
  forgets(INLINE, "HANDLER_FAILED", 1, "recordError"),
  forgets(INLINE, "HANDLER_FAILED", 1, "reportSettled"),
  forgets(INLINE, "EXECUTOR_DIED", 0, "countAttempt"),
  forgets(INLINE, "EXECUTOR_DIED", 1, "recordDeath"),
  forgets(INLINE, "EXECUTOR_DIED", 1, "reportSettled"),
  forgets(INLINE, "NOT_BEGUN", 0, "scheduleToolRetry"),
  deaf(REQUESTED, "TAKEN"),
  deaf(INLINE, "HANDLER_RETURNED"),
  deaf(INLINE, "HANDLER_FAILED"),
  deaf(INLINE, "EXECUTOR_DIED"),
  deaf(INLINE, "NOT_BEGUN"),
  deafChild(INLINE, "CANCEL"),
  without(INLINE, "HANDLER_FAILED", 0),
  without(INLINE, "HANDLER_FAILED", 1),
  without(INLINE, "EXECUTOR_DIED", 0),
  without(INLINE, "EXECUTOR_DIED", 1),
  leads(REQUESTED, "TAKEN", 0, "executing"),
  leads(INLINE, "HANDLER_RETURNED", 0, "awaitingResult"),
  leads(INLINE, "HANDLER_FAILED", 0, "executing"),
  leads(INLINE, "EXECUTOR_DIED", 0, "inline"),
  leads(INLINE, "EXECUTOR_DIED", 0, "backoff"),
  leads(INLINE, "EXECUTOR_DIED", 1, "#toolCall.completed"),
  leads(INLINE, "NOT_BEGUN", 0, "#toolCall.failed"),
  leads("pending.backoff", "RETRY_DUE", 0, "inline"),
  hears(INLINE, "START", "executing"),
  hears(INLINE, "TAKEN", "inline"),
  hears(INLINE, "RUN_BEGAN", "inline"),
  hears(INLINE, "ENQUEUE_FAILED", "backoff"),
  hears(INLINE, "RETRY_DUE", "executing"),
  hears(INLINE, "RESULT_GIVEN", "#toolCall.completed"),
  hears(INLINE, "DEADLINE_PASSED", "#toolCall.failed"),
  hears("pending.executing", "TAKEN", "inline"),
  hears("pending.backoff", "TAKEN", "inline"),
  hears("pending.awaitingApproval", "TAKEN", "inline"),
  hears("completed", "TAKEN", "pending.inline"),
];
