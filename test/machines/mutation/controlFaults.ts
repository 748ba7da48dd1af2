import { assign } from "xstate";
import type { ThreadContext } from "../../../machines/index.js";
import { stepSpent } from "../../../machines/thread/budgets.js";
import type { TimedThreadEvent } from "../../../machines/thread/events.js";
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
  event: TimedThreadEvent;
}

const STREAMING = "running.streaming";
const STEP_DONE = "running.stepDone";
const TRUNCATING = "preparing.truncating";
const COPYING = "preparing.copying";
const STOPPING = "preparing.stopping";

/** Something is stored at another place than its own. */
const placed = (what: string, state: string, event: string, at: string): Fault =>
  mistake(`${what} is placed at ${at}`, (draft) => {
    const transition = draft.transition(state, event);
    draft.dropAction(transition, "actions", "placeMessage");
    transition.actions = [...[transition.actions ?? []].flat(), { type: "placeMessage", params: { at } }];
  });

/** Mistakes in how users change the course of a turn. */
const messageFaults: Fault[] = [
  open("isOfLaterTurn"),
  open("isAfterCall"),
  open("messageQueued"),
  open("messageSteered"),
  guardIs("messageSteered", "never sees a message", () => false),
  guardIs("messageWaits", "sees queued messages only", ({ context }: Args) => context.queued > 0),
  guardIs("messageWaits", "sees steered messages only", ({ context }: Args) => context.steered > 0),
  idle("steerMessage"),
  idle("takeSteered"),
  idle("withdrawQueued"),
  idle("withdrawSteered"),
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
    draft.dropAction(draft.transition(STEP_DONE, "always", 0), "actions", "beginStep"),
  ),
  forgets("settled", "SEND", 0, "placeMessage"),
  forgets("settled", "RESUME", 0, "placeMessage"),
  forgets("settled", "APPEND", 0, "placeMessage"),
  forgets("running", "SEND", 0, "placeMessage"),
  forgets("running", "STEER", 0, "placeMessage"),
  forgets("running", "INTERRUPT", 0, "placeMessage"),
  forgets("running", "WITHDRAW", 0, "removeMessage"),
  forgets("running", "WITHDRAW", 1, "removeMessage"),
  forgets("preparing", "SEND", 0, "placeMessage"),
  forgets("preparing", "WITHDRAW", 0, "removeMessage"),
  forgets(STREAMING, "STREAM_FINISHED", 0, "placeMessage"),
  forgets(STREAMING, "STREAM_FINISHED", 1, "placeMessage"),
  entersWithout(TRUNCATING, "placeMessage"),
  placed("a message that steers", "running", "STEER", "call"),
  placed("a message that waits", "running", "SEND", "thisTurn"),
  placed("an answer", STREAMING, "STREAM_FINISHED", "afterCall"),
  mistake("an answer has its place before its call is counted", (draft) => {
    draft.dropAction(draft.transition("running.queued", "STREAM_STARTED"), "actions", "beginCall");
    const committed = draft.transition(STREAMING, "STREAM_FINISHED", 1);
    committed.actions = [...[committed.actions ?? []].flat(), "beginCall"];
  }),
  forgets("running", "INTERRUPT", 0, "abortStream"),
  forgets("running", "INTERRUPT", 0, "cancelTools"),
  forgets("running", "INTERRUPT", 0, "cancelTimers"),
  deaf("running", "STEER"),
  deaf("running", "INTERRUPT"),
  deaf("running", "WITHDRAW"),
  deaf("settled", "STEER"),
  deaf("settled", "INTERRUPT"),
  deaf("settled", "APPEND"),
  deaf("settled", "WITHDRAW"),
  without(STEP_DONE, "always", 0),
  leads("running", "INTERRUPT", 0, "settled.stopped"),
  leads("running", "INTERRUPT", 0, ".queued"),
  leads(STEP_DONE, "always", 0, "#thread.begin"),
  hears("running", "APPEND", ".queued"),
  hears("settled.completed", "WITHDRAW", "idle"),
];

/** Mistakes in how budgets are kept. */
const budgetFaults: Fault[] = [
  open("currentTurn"),
  guardIs("mayTakeSteered", "forgets the budget", ({ context }: Args) => context.steered > 0),
  guardIs("budgetLeft", "sees the steps only", ({ context }: Args) => context.steps < context.maxSteps),
  guardIs("budgetLeft", "never lets a step begin", () => false),
  idle("countTime"),
  idle("renewBudget"),
  idle("stoppedByClock"),
  entersWithout("running", "armTurnTimer"),
  mistake("time is not counted on leaving running", (draft) =>
    draft.dropAction(draft.state("running"), "exit", "countTime"),
  ),
  mistake("a turn begins although a budget of its thread is spent", (draft) => {
    draft.state("begin").always = "running";
  }),
  mistake("cancelTimers is dropped where a turn cannot begin", (draft) => {
    draft.state("begin").always = [
      { guard: "budgetLeft", target: "running" },
      { target: "settled.stopped", actions: "stoppedByBudget" },
    ];
  }),
  mistake("each turn has the thread's budgets to itself", (draft) => {
    const entry = [draft.state("begin").entry ?? []].flat();
    draft.actions["renew"] = assign({ threadTokens: 0, threadCost: 0, threadMs: 0 });
    draft.state("begin").entry = ["renew", ...entry];
  }),
  mistake("a step's cost is not counted for the thread", (draft) =>
    draft.replace(
      "actions",
      "countStep",
      assign(({ context, event }: Args) => {
        const { threadCost: _, ...spent } = stepSpent(context, event);
        return spent;
      }),
    ),
  ),
  forgets("running", "TIME_UP", 0, "abortStream"),
  forgets("running", "TIME_UP", 0, "cancelTools"),
  forgets("running", "TIME_UP", 1, "abortStream"),
  forgets("running", "TIME_UP", 1, "cancelTools"),
  forgets("running", "TIME_UP", 1, "cancelTimers"),
  deaf("running", "TIME_UP"),
  without("running", "TIME_UP", 0),
  leads("running", "TIME_UP", 1, "settled.completed"),
  hears("settled.completed", "TIME_UP", "stopped"),
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
  deaf("settled", "REWIND"),
  deaf("running", "REWIND"),
  deaf("settled.idle", "FORK"),
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
  leads(TRUNCATING, "TRUNCATED", 0, "#thread.settled.completed"),
  leads(TRUNCATING, "STOP", 0, "#thread.settled.stopped"),
  leads(COPYING, "COPIED", 1, "#thread.begin"),
  hears(TRUNCATING, "REWIND", "truncating"),
  hears("settled.completed", "FORK", "#thread.preparing.copying"),
  hears("deleting", "TRUNCATED", "begin"),
];

/** Mistakes in how users, apps and budgets steer a thread. */
export const controlFaults: Fault[] = [...messageFaults, ...budgetFaults, ...editFaults];
