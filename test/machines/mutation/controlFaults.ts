import { assign } from "xstate";
import type { ThreadContext } from "../../../machines/index.js";
import {
  deaf,
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
}

const STREAMING = "running.streaming";
const TRUNCATING = "preparing.truncating";
const COPYING = "preparing.copying";
const STOPPING = "preparing.stopping";

/** Mistakes in how users change the course of a turn. */
const messageFaults: Fault[] = [
  open("isThere"),
  open("messageSteered"),
  guardIs("messageSteered", "never sees a message", () => false),
  guardIs("messageWaits", "sees queued messages only", ({ context }: Args) => context.queued > 0),
  guardIs("messageWaits", "sees steered messages only", ({ context }: Args) => context.steered > 0),
  idle("steerMessage"),
  idle("takeSteered"),
  idle("withdrawMessage"),
  mistake("queueMessage knows of one message only", (draft) =>
    draft.replace("actions", "queueMessage", assign({ queued: 1 })),
  ),
  mistake("steerMessage queues the message", (draft) =>
    draft.replace(
      "actions",
      "steerMessage",
      assign(({ context }: Args) => ({ queued: context.queued + 1 })),
    ),
  ),
  mistake("a claim takes the queued messages, too", (draft) =>
    draft.replace("actions", "takeSteered", assign({ queued: 0, steered: 0 })),
  ),
  mistake("a turn that goes on for steered messages counts its attempts on", (draft) =>
    draft.dropAction(draft.transition(STREAMING, "STREAM_FINISHED", 1), "actions", "beginStep"),
  ),
  forgets(STREAMING, "STREAM_FINISHED", 1, "retireStream"),
  forgets(STREAMING, "STREAM_FINISHED", 2, "retireStream"),
  forgets("running", "INTERRUPT", 0, "abortStream"),
  forgets("running", "INTERRUPT", 0, "cancelTools"),
  forgets("running", "INTERRUPT", 0, "cancelTimers"),
  deaf("running", "STEER"),
  deaf("running", "INTERRUPT"),
  deaf("running", "WITHDRAW"),
  deaf("completed", "STEER"),
  deaf("completed", "INTERRUPT"),
  deaf("completed", "APPEND"),
  without(STREAMING, "STREAM_FINISHED", 1),
  leads("running", "INTERRUPT", 0, "stopped"),
  leads("running", "INTERRUPT", 0, ".queued"),
  leads(STREAMING, "STREAM_FINISHED", 1, "#thread.begin"),
  hears("running", "APPEND", ".queued"),
  hears("completed", "WITHDRAW", "idle"),
];

/** Mistakes in how budgets are kept. */
const budgetFaults: Fault[] = [
  open("currentTurn"),
  open("budgetLeftAfterIt"),
  guardIs("budgetLeft", "sees the steps only", ({ context }: Args) => context.steps < context.maxSteps),
  guardIs("budgetLeft", "never lets a step begin", () => false),
  idle("countTime"),
  idle("renewBudget"),
  idle("stoppedByClock"),
  entersWithout("running", "armTurnTimer"),
  mistake("recordTurn is dropped on leaving running", (draft) =>
    draft.dropAction(draft.state("running"), "exit", "recordTurn"),
  ),
  mistake("a turn begins although a budget of its thread is spent", (draft) => {
    draft.state("begin").always = "running";
  }),
  mistake("cancelTimers is dropped where a turn cannot begin", (draft) => {
    draft.state("begin").always = [
      { guard: "budgetLeft", target: "running" },
      { target: "stopped", actions: "stoppedByBudget" },
    ];
  }),
  mistake("each turn has the thread's budgets to itself", (draft) => {
    const entry = [draft.state("begin").entry ?? []].flat();
    draft.actions["renew"] = assign({ threadTokens: 0, threadMs: 0 });
    draft.state("begin").entry = ["renew", ...entry];
  }),
  forgets("running", "TIME_UP", 0, "abortStream"),
  forgets("running", "TIME_UP", 0, "cancelTools"),
  forgets("running", "TIME_UP", 1, "abortStream"),
  forgets("running", "TIME_UP", 1, "cancelTools"),
  forgets("running", "TIME_UP", 1, "cancelTimers"),
  deaf("running", "TIME_UP"),
  without("running", "TIME_UP", 0),
  leads("running", "TIME_UP", 1, "completed"),
  hears("completed", "TIME_UP", "stopped"),
];

/** Mistakes in how the history is edited. */
const editFaults: Fault[] = [
  open("currentRevision"),
  idle("nextRevision"),
  idle("passTurn"),
  idle("takeSourceTurn"),
  idle("leaveMessages"),
  entersWithout(TRUNCATING, "truncate"),
  entersWithout(TRUNCATING, "settle"),
  entersWithout(TRUNCATING, "forget"),
  entersWithout(TRUNCATING, "setLimits"),
  entersWithout(TRUNCATING, "passTurn"),
  entersWithout(COPYING, "copyHistory"),
  entersWithout(COPYING, "setLimits"),
  forgets("running", "REWIND", 0, "abortStream"),
  forgets("running", "REWIND", 0, "cancelTools"),
  forgets("running", "REWIND", 0, "cancelTimers"),
  forgets(STOPPING, "TRUNCATED", 1, "stoppedByUser"),
  forgets(STOPPING, "COPIED", 1, "stoppedByUser"),
  deaf("completed", "REWIND"),
  deaf("running", "REWIND"),
  deaf("idle", "FORK"),
  deaf("preparing", "SEND"),
  deaf("preparing", "STEER"),
  deaf("preparing", "INTERRUPT"),
  deaf("preparing", "WITHDRAW"),
  deaf("preparing", "DELETE"),
  deaf(TRUNCATING, "TRUNCATED"),
  deaf(TRUNCATING, "STOP"),
  deaf(COPYING, "COPIED"),
  deaf(COPYING, "STOP"),
  deaf(STOPPING, "TRUNCATED"),
  deaf(STOPPING, "COPIED"),
  without(COPYING, "COPIED", 0),
  without(STOPPING, "TRUNCATED", 0),
  without(STOPPING, "COPIED", 0),
  leads(TRUNCATING, "TRUNCATED", 0, "#thread.completed"),
  leads(TRUNCATING, "STOP", 0, "#thread.stopped"),
  leads(COPYING, "COPIED", 1, "#thread.begin"),
  hears(TRUNCATING, "REWIND", "truncating"),
  hears("completed", "FORK", "preparing.copying"),
  hears("deleting", "TRUNCATED", "begin"),
];

/** Mistakes in how users, apps and budgets steer a thread. */
export const controlFaults: Fault[] = [...messageFaults, ...budgetFaults, ...editFaults];
