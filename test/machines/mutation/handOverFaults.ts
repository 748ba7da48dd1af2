import { assign } from "xstate";
import type { ThreadContext } from "../../../machines/index.js";
import type { TimedThreadEvent } from "../../../machines/thread/events.js";
import { deaf, entersWithout, forgets, hears, idle, leads, mistake, without, type Fault } from "./fault.js";

interface Args {
  context: ThreadContext;
  event: TimedThreadEvent;
}

const QUEUED = "running.queued";
const STREAMING = "running.streaming";
const TOOLS = "running.tools";
const HANDED_BACK = "running.handedBack";

/** Mistakes in who holds a lease, and for how long. */
const leaseFaults: Fault[] = [
  entersWithout(QUEUED, "dropLease"),
  entersWithout("running.backoff", "dropLease"),
  mistake("the lease is not dropped on leaving running", (draft) =>
    draft.dropAction(draft.state("running"), "exit", "dropLease"),
  ),
  mistake("the lease is dropped when the step is committed", (draft) => {
    draft.state(TOOLS).entry = ["dropLease", "startTools"];
  }),
  mistake("the lease is dropped on leaving streaming", (draft) => {
    draft.state(STREAMING).exit = "dropLease";
  }),
  mistake("the lease is dropped on leaving tools", (draft) => {
    draft.state(TOOLS).exit = "dropLease";
  }),
];

/** Mistakes in how model calls are counted. */
const callFaults: Fault[] = [
  idle("beginCall"),
  forgets(QUEUED, "STREAM_STARTED", 0, "beginCall"),
  mistake("a model call is counted when it is committed", (draft) => {
    draft.dropAction(draft.transition(QUEUED, "STREAM_STARTED"), "actions", "beginCall");
    draft.dropAction(draft.transition(HANDED_BACK, "always"), "actions", "beginCall");
    for (const way of [0, 1]) {
      const committed = draft.transition(STREAMING, "STREAM_FINISHED", way);
      committed.actions = ["beginCall", ...[committed.actions ?? []].flat()];
    }
  }),
  mistake("a model call that fails gives its number back", (draft) => {
    draft.actions["uncountCall"] = assign(({ context }: Args) => ({ calls: context.calls - 1 }));
    const failed = draft.transition(STREAMING, "STREAM_FAILED");
    failed.actions = [...[failed.actions ?? []].flat(), "uncountCall"];
  }),
  mistake("a model call that dies gives its number back", (draft) => {
    draft.actions["uncountCall"] = assign(({ context }: Args) => ({ calls: context.calls - 1 }));
    const died = draft.transition(STREAMING, "LEASE_EXPIRED");
    died.actions = [...[died.actions ?? []].flat(), "uncountCall"];
  }),
];

/** Mistakes in how a stream handler goes on with the next step. */
export const handOverFaults: Fault[] = [
  ...leaseFaults,
  ...callFaults,
  deaf(TOOLS, "STREAM_CONTINUED"),
  mistake("STREAM_CONTINUED comes from anybody", (draft) => {
    delete draft.transition(TOOLS, "STREAM_CONTINUED").guard;
  }),
  mistake("STREAM_CONTINUED comes from any handler of the generation", (draft) => {
    draft.transition(TOOLS, "STREAM_CONTINUED").guard = "current";
  }),
  mistake("STREAM_CONTINUED comes from the holder in any generation", (draft) => {
    draft.guards["sameLease"] = ({ context, event }: Args) =>
      "lease" in event && event.lease === context.lease;
    draft.transition(TOOLS, "STREAM_CONTINUED").guard = "sameLease";
  }),
  forgets(HANDED_BACK, "always", 0, "beginStep"),
  forgets(HANDED_BACK, "always", 0, "nextGeneration"),
  forgets(HANDED_BACK, "always", 0, "beginCall"),
  forgets(HANDED_BACK, "always", 0, "takeSteered"),
  forgets(HANDED_BACK, "always", 0, "continueStream"),
  mistake("a handler goes on although a budget is spent", (draft) => {
    delete draft.transition(HANDED_BACK, "always").guard;
  }),
  mistake("a step is handed over in the generation of the last one", (draft) => {
    const way = draft.transition(HANDED_BACK, "always");
    draft.dropAction(way, "actions", "continueStream");
    way.actions = ["continueStream", ...[way.actions ?? []].flat()];
  }),
  mistake("a step that is handed over is scheduled, too", (draft) => {
    const way = draft.transition(HANDED_BACK, "always");
    way.actions = [...[way.actions ?? []].flat(), "enqueueStream"];
  }),
  mistake("a step that is scheduled is handed over, too", (draft) => {
    draft.state(QUEUED).entry = [...[draft.state(QUEUED).entry ?? []].flat(), "continueStream"];
  }),
  mistake("a handler that goes on counts the step a second time", (draft) => {
    draft.actions["countAgain"] = assign(({ context }: Args) => ({ steps: context.steps + 1 }));
    const way = draft.transition(HANDED_BACK, "always");
    way.actions = ["countAgain", ...[way.actions ?? []].flat()];
  }),
  without(HANDED_BACK, "always", 0),
  without(HANDED_BACK, "always", 1),
  leads(HANDED_BACK, "always", 0, "queued"),
  leads(HANDED_BACK, "always", 0, "tools"),
  leads(HANDED_BACK, "always", 1, "#thread.settled.completed"),
  leads(HANDED_BACK, "always", 1, "#thread.settled.stopped"),
  leads(TOOLS, "STREAM_CONTINUED", 0, "toolsDone"),
  leads(TOOLS, "STREAM_CONTINUED", 0, "streaming"),
  leads(TOOLS, "TOOLS_SETTLED", 0, "handedBack"),
  hears(QUEUED, "STREAM_CONTINUED", "streaming", "current"),
  hears(STREAMING, "STREAM_CONTINUED", "handedBack", "holdsLease"),
  hears("running.backoff", "STREAM_CONTINUED", "handedBack", "current"),
  hears("settled.stopped", "STREAM_CONTINUED", "#thread.begin"),
  hears(TOOLS, "STREAM_FINISHED", "stepDone", "holdsLease"),
  hears(TOOLS, "STREAM_FAILED", "backoff", "holdsLease"),
  hears(TOOLS, "STREAM_STARTED", "streaming", "current"),
  hears(TOOLS, "LEASE_EXPIRED", "queued", "holdsLease"),
];
