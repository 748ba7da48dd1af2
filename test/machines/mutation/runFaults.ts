import {
  deaf,
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

const EXECUTING = "pending.executing";

/** Mistakes in how a tool call's run begins, does not begin, and gives its place to another one. */
export const runFaults: Fault[] = [
  guardIs("isTimed", "never sees a time-out", () => false),
  open("isTimed"),
  open("currentIsTimed"),
  open("currentMayTryAgain"),
  guardIs("currentMayTryAgain", "allows none", () => false),
  deaf(EXECUTING, "RUN_BEGAN"),
  deaf(EXECUTING, "NOT_BEGUN"),
  deaf(EXECUTING, "ENQUEUE_FAILED"),
  forgets(EXECUTING, "NOT_BEGUN", 0, "scheduleToolRetry"),
  forgets(EXECUTING, "ENQUEUE_FAILED", 0, "scheduleToolRetry"),
  forgets(EXECUTING, "ENQUEUE_FAILED", 0, "countAttempt"),
  forgets(EXECUTING, "ENQUEUE_FAILED", 1, "recordError"),
  forgets(EXECUTING, "ENQUEUE_FAILED", 1, "reportSettled"),
  without(EXECUTING, "ENQUEUE_FAILED", 0),
  without(EXECUTING, "ENQUEUE_FAILED", 1),
  leads(EXECUTING, "NOT_BEGUN", 0, "#toolCall.failed"),
  leads(EXECUTING, "ENQUEUE_FAILED", 1, "#toolCall.completed"),
  mistake("a run that never began is counted as an attempt", (draft) => {
    draft.transition(EXECUTING, "NOT_BEGUN").actions = ["scheduleToolRetry", "countAttempt"];
  }),
  mistake("a call keeps its place when its run is over", (draft) => {
    delete draft.state(EXECUTING).exit;
  }),
  mistake("a call that waits for approval keeps its place", (draft) => {
    delete draft.transition("pending.requested", "START").actions;
  }),
  ...["completed", "failed", "denied", "cancelled"].map((state) => entersWithout(state, "dropFences")),
  hears("pending.requested", "RUN_BEGAN", "executing"),
  hears("pending.backoff", "NOT_BEGUN", "backoff"),
  hears("pending.awaitingResult", "ENQUEUE_FAILED", "backoff"),
];
