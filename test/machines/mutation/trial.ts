import type { AnyStateMachine } from "xstate";
import {
  stepThread,
  stepToolCall,
  threadMachine,
  toolCallMachine,
  type TurnLimits,
} from "../../../machines/index.js";
import { stepWith } from "../../../machines/step.js";
import { THREAD_EFFECTS } from "../../../machines/thread/effects.js";
import { TOOL_CALL_EFFECTS } from "../../../machines/toolCall/effects.js";
import { FEW, POLICIES } from "../alphabet.js";
import { exploreThread, exploreToolCall } from "../explore.js";
import type { Invariant } from "../invariants/invariant.js";
import { threadInvariants } from "../invariants/thread.js";
import { toolCallInvariants } from "../invariants/toolCall.js";
import { TINY_BOUNDS } from "../world/bounds.js";
import { exploreWorld } from "../world/explore.js";
import type { Machines } from "../world/transaction.js";
import { Draft } from "./draft.js";
import type { Fault } from "./fault.js";

/** Which checks saw a fault. */
export interface Trial {
  fault: string;
  byGraph: string[];
  byWorld: string[];
}

const TIMED = POLICIES.filter(
  ({ kind, maxAttempts, retryOnCrash, needsApproval }) =>
    maxAttempts === 2 && (kind === "external" || retryOnCrash !== needsApproval),
);
/** Calls without a time-out or an approval: the sync ones may be run by their stream handler. */
const UNTIMED = POLICIES.filter(
  ({ kind, maxAttempts, retryOnCrash, needsApproval, timeoutMs }) =>
    timeoutMs === null &&
    !needsApproval &&
    (kind === "sync" ? maxAttempts === 2 : maxAttempts === 1 && !retryOnCrash),
);
const FEW_POLICIES = [...TIMED, { ...TIMED[0]!, timeoutMs: null }, ...UNTIMED];
const MOST_WORLDS = 2_000;

const brokenBy = <G>(invariants: Invariant<G>[], graph: G): string[] =>
  invariants.filter(({ check }) => check(graph).length > 0).map(({ id }) => id);

/** The checks of the world model that a pair of machines does not pass. */
function brokenInWorld(machines: Machines): string[] {
  const reports = TINY_BOUNDS.map((bounds) => exploreWorld(bounds, { machines, limit: MOST_WORLDS }));
  return [...new Set(reports.flatMap(({ broken }) => [...broken.keys()]))].sort();
}

function broken(machine: unknown, { seed }: Fault): AnyStateMachine {
  const draft = new Draft(machine as AnyStateMachine);
  seed(draft);
  return draft.build();
}

/** The two ways to hold a machine with a fault against the checks, each as the names of those that saw it. */
export interface Trials {
  byGraph: (fault: Fault) => string[];
  byWorld: (fault: Fault) => string[];
}

const threadStep = (fault: Fault): typeof stepThread => {
  const faulty = { machine: broken(threadMachine, fault), completions: THREAD_EFFECTS };
  return (snapshot, event, now = 0) => stepWith(faulty, snapshot, { ...event, at: now });
};

const toolCallStep = (fault: Fault): typeof stepToolCall => {
  const faulty = { machine: broken(toolCallMachine, fault), completions: TOOL_CALL_EFFECTS };
  return (snapshot, event) => stepWith(faulty, snapshot, event);
};

/** The spaces that a thread machine is held against, the smallest first: most faults show where little happens. */
const SPACES: TurnLimits[][][] = [
  [[{ maxAttempts: 1, maxSteps: 1 }]],
  FEW.limitSets.slice(0, 1),
  FEW.limitSets.slice(1),
];
const explored = (limitSets: TurnLimits[][], step = stepThread) => exploreThread({ ...FEW, step, limitSets });

/** The invariants that each space puts to the test. */
const askedOf = SPACES.map((limitSets) => {
  const unasked = brokenBy(threadInvariants, explored(limitSets));
  return threadInvariants.filter(({ id }) => !unasked.includes(id));
});

/** The checks that a thread machine does not pass, in the smallest space that shows any. */
function brokenInGraph(step: typeof stepThread): string[] {
  for (const [i, limitSets] of SPACES.entries()) {
    const found = brokenBy(askedOf[i]!, explored(limitSets, step));
    if (found.length > 0) return found;
  }
  return [];
}

/** Trials of faults in the thread machine. */
export const threadTrials: Trials = {
  byGraph: (fault) => brokenInGraph(threadStep(fault)),
  byWorld: (fault) => brokenInWorld({ stepThread: threadStep(fault), stepToolCall }),
};

/** Trials of faults in the tool call machine. */
export const toolCallTrials: Trials = {
  byGraph: (fault) =>
    brokenBy(toolCallInvariants, exploreToolCall({ step: toolCallStep(fault), policies: FEW_POLICIES })),
  byWorld: (fault) => brokenInWorld({ stepThread, stepToolCall: toolCallStep(fault) }),
};

/** Holds a machine with a fault against every check. */
export const tryFault = (fault: Fault, { byGraph, byWorld }: Trials): Trial => ({
  fault: fault.name,
  byGraph: byGraph(fault),
  byWorld: byWorld(fault),
});

/** A machine without a fault, taken apart and put together again: no check may see anything in it. */
export const NO_FAULT: Fault = { name: "no fault", seed: () => {} };
