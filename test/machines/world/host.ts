import {
  createToolCallSnapshot,
  DEFAULT_TOOL_POLICY,
  stepThread,
  stepToolCall,
  type ThreadContext,
  type ThreadEffect,
  type ThreadEvent,
  type ToolCallEffect,
  type ToolCallEvent,
  type ToolCallPolicy,
  type ToolCallSnapshot,
} from "../../../machines/index.js";
import { FAILURE, timeIn } from "../alphabet.js";
import { isMessage } from "../invariants/threadPlaces.js";
import type { Call, World } from "./world.js";

/** The two machines that the modelled host runs. */
export interface Machines {
  stepThread: typeof stepThread;
  stepToolCall: typeof stepToolCall;
}

export const MACHINES: Machines = { stepThread, stepToolCall };

/** One transaction of the modelled host: it changes its own copy of the world. */
export interface Transaction {
  world: World;
  machines: Machines;
  /** Whatever this transaction cancels has just begun. */
  isCancelLate: boolean;
  /** Something was cancelled, or would have been. */
  hasCancelled: boolean;
  /** The tool calls that the step being committed asks for. */
  asked: (ToolCallPolicy | null)[];
  /** What went wrong on the way: the check's id and what it saw. */
  problems: { check: string; problem: string }[];
}

/** Empties a list of scheduled work, unless it has begun. */
function cancel(tx: Transaction, list: unknown[]): void {
  if (list.length === 0) return;
  tx.hasCancelled = true;
  if (!tx.isCancelLate) list.length = 0;
}

/** Sends a thread an event and runs the effects, all in one transaction, as the real dispatch does. */
export function dispatch(tx: Transaction, event: ThreadEvent): boolean {
  const { world } = tx;
  const before = world.thread.context;
  const step = tx.machines.stepThread(world.thread, event, timeIn(world.thread));
  if (!step.accepted) return false;
  world.thread = step.snapshot;
  const after = step.snapshot.context;
  noteMessages(world.unread, event, { before, after });
  if (event.type === "STREAM_FINISHED") {
    if (world.isCommitted) tx.problems.push({ check: "W3", problem: "one step is committed twice" });
    world.isCommitted = true;
  }
  if (after.generation !== before.generation) world.isCommitted = false;
  for (const effect of step.effects) runEffect(tx, effect);
  return true;
}

/** Which messages wait: those of an event that a turn or a claim has not taken up. */
function noteMessages(
  unread: World["unread"],
  event: ThreadEvent,
  { before, after }: { before: ThreadContext; after: ThreadContext },
): void {
  if (event.type === "WITHDRAW") unread[event.turn > before.turn ? "queued" : "steered"] -= 1;
  if (event.type === "STREAM_STARTED") unread.steered = 0;
  if (after.turn !== before.turn) Object.assign(unread, { queued: 0, steered: 0 });
  else if (event.type === "STEER" && after.steered > 0) unread.steered += 1;
  else if (isMessage(event)) unread.queued += 1;
}

function runEffect(tx: Transaction, effect: ThreadEffect): void {
  const { world } = tx;
  switch (effect.type) {
    case "placeMessage":
    case "removeMessage":
      return;
    case "enqueueStream":
      world.jobs.push(effect.params.generation);
      return;
    case "armWatchdog":
      world.timers.push({ type: "watchdog", ...effect.params });
      return;
    case "scheduleRetry":
      world.timers.push({ type: "retry", generation: effect.params.generation });
      return;
    case "startTools":
      startTools(tx, effect.params.generation);
      return;
    case "retireStream":
    case "abortStream":
      world.streams = world.streams.filter((generation) => generation !== effect.params.generation);
      return;
    case "cancelTools":
      for (const call of world.calls) {
        if (call.generation === effect.params.generation) dispatchToCall(tx, call, { type: "CANCEL" });
      }
      return;
    case "armTurnTimer": {
      const { turn, time } = effect.params;
      const armed = world.timers.filter(({ type }) => type === "turn");
      cancel(tx, armed);
      world.timers = [...world.timers.filter(({ type }) => type !== "turn"), ...armed];
      if (time) world.timers.push({ type: "turn", turn, budget: time.budget });
      return;
    }
    case "recordTurn":
      return;
    case "truncate":
      world.timers.push({ type: "truncate", revision: effect.params.revision });
      return;
    case "copyHistory":
      world.timers.push({ type: "copy", revision: effect.params.revision });
      return;
    case "cancelTimers":
      cancel(tx, world.timers);
      cancel(tx, world.jobs);
      return;
    case "purge":
      world.timers.push({ type: "purge" });
      return;
    case "dropThread":
      return;
  }
}

/** Records the step's calls, all of them, and then starts each. */
function startTools(tx: Transaction, generation: number): void {
  const added = tx.asked.map((policy): [Call, ToolCallEvent] => [
    {
      generation,
      snapshot: createToolCallSnapshot(policy ?? DEFAULT_TOOL_POLICY),
      jobs: [],
      executors: [],
      timers: [],
      late: [],
      runs: 0,
      doubtedEpoch: 0,
      isApproved: false,
      isTimed: false,
    },
    policy ? { type: "START" } : { type: "REJECT", error: FAILURE },
  ]);
  tx.asked = [];
  tx.world.calls.push(...added.map(([call]) => call));
  for (const [call, event] of added) dispatchToCall(tx, call, event);
}

const isPending = ({ snapshot }: Call) => typeof snapshot.value !== "string";

/** Sends a tool call an event and runs the effects in the same transaction. */
export function dispatchToCall(tx: Transaction, call: Call, event: ToolCallEvent): boolean {
  const wasPending = isPending(call);
  const step = tx.machines.stepToolCall(call.snapshot, event);
  if (!step.accepted) return false;
  if (!wasPending) tx.problems.push({ check: "W6", problem: `${event.type} changes a call's outcome` });
  noteTime(call, event, step.snapshot);
  if (event.type === "APPROVE") call.isApproved = true;
  call.snapshot = step.snapshot;
  for (const effect of step.effects) runToolEffect(tx, call, effect);
  return true;
}

/** Whether the call is to have a deadline from here on, by its policy and by what it was told, whatever was armed. */
function noteTime(call: Call, event: ToolCallEvent, after: ToolCallSnapshot): void {
  const { timeoutMs, approvalTimeoutMs, epoch } = after.context;
  if (event.type === "DEADLINE_MOVED") call.isTimed = event.ms !== null;
  else if (epoch > call.snapshot.context.epoch) call.isTimed = timeoutMs !== null;
  else if (event.type === "START") call.isTimed = approvalTimeoutMs !== null;
}

function cancelDeadline(tx: Transaction, call: Call): void {
  const armed = call.timers.filter(({ type }) => type === "deadline");
  cancel(tx, armed);
  call.timers = [...call.timers.filter(({ type }) => type !== "deadline"), ...armed];
}

function runToolEffect(tx: Transaction, call: Call, effect: ToolCallEffect): void {
  switch (effect.type) {
    case "executeTool":
      call.jobs.push(effect.params.epoch);
      call.timers.push({ type: "watchdog", epoch: effect.params.epoch });
      return;
    case "scheduleToolRetry":
      call.timers.push({ type: "retry", epoch: effect.params.epoch });
      return;
    case "armDeadline":
      cancelDeadline(tx, call);
      if (effect.params.ms !== null) call.timers.push({ type: "deadline", deadline: effect.params.deadline });
      return;
    case "cancelDeadline":
      cancelDeadline(tx, call);
      return;
    case "cancelExecutor":
      cancel(tx, call.jobs);
      return;
    case "reportSettled": {
      const { generation } = call;
      const isLast = !tx.world.calls.some((one) => one.generation === generation && isPending(one));
      if (isLast) dispatch(tx, { type: "TOOLS_SETTLED", generation });
      return;
    }
  }
}
