import { describeThread, stepThread, type RecordedHistory } from "convex-durable-agents/machines";
import { stepWith } from "../../machines/step.js";
import { THREAD_EFFECTS } from "../../machines/thread/effects.js";
import { threadMachine } from "../../machines/thread/machine.js";
import { Draft } from "../machines/mutation/draft.js";
import type { Fault } from "../machines/mutation/fault.js";

/** Whether a machine goes where a history says, which is what a test of an app's own would ask. */
export function follows({ start, events }: RecordedHistory, step: typeof stepThread = stepThread): boolean {
  let snapshot = start;
  return events.every(({ event, state }) => {
    ({ snapshot } = step(snapshot, event, event.at));
    return describeThread(snapshot).state === state;
  });
}

/** The step of a machine with a mistake in it. */
export function brokenBy({ seed }: Fault): typeof stepThread {
  const draft = new Draft(threadMachine);
  seed(draft);
  const machine = draft.build();
  return (snapshot, event, at) =>
    stepWith({ machine, completions: THREAD_EFFECTS }, snapshot, { ...event, at });
}
