import type { AnyStateMachine } from "xstate";
import {
  stepThread,
  stepToolCall,
  THREAD_VERSION,
  threadMachine,
  TOOL_CALL_VERSION,
  toolCallMachine,
} from "../../../machines/index.js";
import { stepWith } from "../../../machines/snapshot.js";
import { POLICIES } from "../alphabet.js";
import { exploreThread, exploreToolCall } from "../explore.js";
import type { Invariant } from "../invariants/invariant.js";
import { threadInvariants } from "../invariants/thread.js";
import { toolCallInvariants } from "../invariants/toolCall.js";
import { TINY_BOUNDS } from "../world/bounds.js";
import { exploreWorld } from "../world/explore.js";
import type { Machines } from "../world/host.js";
import { Draft } from "./draft.js";
import type { Fault } from "./fault.js";

/** Which checks saw a fault. */
export interface Trial {
  fault: string;
  byGraph: string[];
  byWorld: string[];
}

/** Enough for every guard to decide both ways; a fault's table needs many explorations. */
const LIMITS = [{ maxAttempts: 2, maxSteps: 2 }];
const FEW_POLICIES = POLICIES.filter(({ maxAttempts }) => maxAttempts === 2);
const MOST_WORLDS = 1_500;

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

/** Holds a thread machine with a fault against every check. */
export function tryThread(fault: Fault): Trial {
  const versioned = { machine: broken(threadMachine, fault), version: THREAD_VERSION, migrations: {} };
  const step: typeof stepThread = (snapshot, event) => stepWith(versioned, snapshot, event);
  return {
    fault: fault.name,
    byGraph: brokenBy(threadInvariants, exploreThread({ step, limits: LIMITS })),
    byWorld: brokenInWorld({ stepThread: step, stepToolCall }),
  };
}

/** Holds a tool call machine with a fault against every check. */
export function tryToolCall(fault: Fault): Trial {
  const versioned = { machine: broken(toolCallMachine, fault), version: TOOL_CALL_VERSION, migrations: {} };
  const step: typeof stepToolCall = (snapshot, event) => stepWith(versioned, snapshot, event);
  return {
    fault: fault.name,
    byGraph: brokenBy(toolCallInvariants, exploreToolCall({ step, policies: FEW_POLICIES })),
    byWorld: brokenInWorld({ stepThread, stepToolCall: step }),
  };
}

/** A machine without a fault, taken apart and put together again: no check may see anything in it. */
export const NO_FAULT: Fault = { name: "no fault", seed: () => {} };
