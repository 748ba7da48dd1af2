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

const QUEUED = "running.queued";

/** Mistakes in what a thread does when its handler cannot be scheduled, and when its host gives it up. */
export const recoveryFaults: Fault[] = [
  open("currentMayTryAgain"),
  guardIs("currentMayTryAgain", "allows none", () => false),
  deaf(QUEUED, "ENQUEUE_FAILED"),
  forgets(QUEUED, "ENQUEUE_FAILED", 0, "recordError"),
  forgets(QUEUED, "ENQUEUE_FAILED", 0, "scheduleRetry"),
  forgets(QUEUED, "ENQUEUE_FAILED", 1, "recordError"),
  without(QUEUED, "ENQUEUE_FAILED", 0),
  without(QUEUED, "ENQUEUE_FAILED", 1),
  leads(QUEUED, "ENQUEUE_FAILED", 1, "#thread.settled.failed"),
  leads(QUEUED, "ENQUEUE_FAILED", 0, "queued"),
  deaf("running", "GIVE_UP"),
  deaf("preparing", "GIVE_UP"),
  forgets("running", "GIVE_UP", 0, "recordError"),
  forgets("running", "GIVE_UP", 0, "recordTurn"),
  forgets("running", "GIVE_UP", 0, "abortStream"),
  forgets("running", "GIVE_UP", 0, "cancelTools"),
  forgets("preparing", "GIVE_UP", 0, "recordError"),
  leads("running", "GIVE_UP", 0, "settled.stopped"),
  leads("running", "GIVE_UP", 0, "begin"),
  leads("preparing", "GIVE_UP", 0, "settled.idle"),
  mistake("a turn that is given up cancels what may be beyond its reach", (draft) => {
    const giveUp = draft.transition("running", "GIVE_UP");
    giveUp.actions = [...[giveUp.actions ?? []].flat(), "cancelTimers"];
  }),
  entersWithout("preparing", "armWatchdog"),
  hears("settled", "GIVE_UP", "settled.failed"),
  hears("running.streaming", "ENQUEUE_FAILED", "backoff"),
];
