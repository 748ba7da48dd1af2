import {
  createToolCallSnapshot,
  DEFAULT_TOOL_POLICY,
  type ThreadContext,
  type ThreadEffect,
  type ThreadEvent,
  type ToolCallEffect,
  type ToolCallEvent,
  type ToolCallSnapshot,
} from "../../../machines/index.js";
import { pendingState } from "../../../machines/toolCall/states.js";
import { FAILURE, timeIn } from "../alphabet.js";
import { isGone, isMessage } from "../invariants/threadPlaces.js";
import { cancel, enqueue, isAwaited, isPending, type Transaction } from "./transaction.js";
import type { Call, World } from "./world.js";

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
  const following: ThreadEvent[] = [];
  for (const effect of step.effects) runEffect(tx, effect, following);
  for (const next of following) dispatch(tx, next);
  if (!tx.schedulesNothing) scheduleCleanup(tx);
  return true;
}

/** Schedules the cleanup of what was cut off, as every dispatch does that leaves something. */
export function scheduleCleanup({ world }: Transaction): void {
  if (!world.isUntidy || isGone(world.thread) || world.timers.some(({ type }) => type === "cleanup")) return;
  world.timers.push({ type: "cleanup" });
}

/** Which messages wait: those of an event that a turn or a claim has not taken up. */
function noteMessages(
  unread: World["unread"],
  event: ThreadEvent,
  { before, after }: { before: ThreadContext; after: ThreadContext },
): void {
  if (event.type === "WITHDRAW") unread[event.turn > before.turn ? "queued" : "steered"] -= 1;
  const isHandedOver = event.type === "STREAM_CONTINUED" && after.turn === before.turn;
  if (event.type === "STREAM_STARTED" || isHandedOver) unread.steered = 0;
  if (after.turn !== before.turn) Object.assign(unread, { queued: 0, steered: 0 });
  else if (event.type === "STEER" && after.steered > 0) unread.steered += 1;
  else if (isMessage(event)) unread.queued += 1;
}

function runEffect(tx: Transaction, effect: ThreadEffect, following: ThreadEvent[]): void {
  const { world } = tx;
  switch (effect.type) {
    case "placeMessage":
    case "removeMessage":
      return;
    case "enqueueStream": {
      const { generation } = effect.params;
      if (!enqueue(tx, world.jobs, generation))
        following.push({ type: "ENQUEUE_FAILED", generation, error: FAILURE });
      return;
    }
    case "continueStream":
      tx.isContinued = true;
      world.streams.push(effect.params.generation);
      return;
    case "armWatchdog":
      world.isWatched = true;
      return;
    case "scheduleRetry":
      world.timers.push({ type: "retry", generation: effect.params.generation });
      return;
    case "startTools":
      startTools(tx, effect.params.generation);
      return;
    case "retireStream":
      world.streams = world.streams.filter((generation) => generation !== effect.params.generation);
      return;
    case "abortStream":
      world.isUntidy ||= world.streams.includes(effect.params.generation);
      world.streams = world.streams.filter((generation) => generation !== effect.params.generation);
      return;
    case "cancelTools":
      world.isUntidy ||= world.calls.some(isPending);
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
      world.edit = "truncate";
      world.timers.push({ type: "truncate", revision: effect.params.revision });
      return;
    case "copyHistory":
      world.edit = "copy";
      world.timers.push({ type: "copy", revision: effect.params.revision });
      return;
    case "cancelTimers":
      cancelTurn(tx);
      return;
    case "purge":
      world.timers.push({ type: "purge" });
      return;
    case "dropThread":
      return;
  }
}

/** Cancels what is scheduled for the turn; what works in batches goes on. */
function cancelTurn(tx: Transaction): void {
  const { world } = tx;
  const ofTurn = world.timers.filter(({ type }) => type === "retry" || type === "turn");
  cancel(tx, ofTurn);
  world.timers = [...world.timers.filter(({ type }) => type !== "retry" && type !== "turn"), ...ofTurn];
  cancel(tx, world.jobs);
  world.isWatched = false;
}

/** Records the step's calls, all of them, and then lets as many run as may at a time. */
function startTools(tx: Transaction, generation: number): void {
  const added = tx.asked.map((policy): [Call, ToolCallEvent] => [
    {
      generation,
      snapshot: createToolCallSnapshot(policy ?? DEFAULT_TOOL_POLICY),
      jobs: [],
      executors: [],
      timers: [],
      deadline: null,
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
  tx.isShared = tx.rules.sharesExecutors;
  for (const [call, event] of added) {
    if (event.type === "REJECT") dispatchToCall(tx, call, event);
    else if (countOf(tx.world, generation, takesPlace) < tx.rules.callsAtOnce) begin(tx, call);
  }
  tx.isShared = false;
}

const countOf = ({ calls }: World, generation: number, which: (call: Call) => boolean): number =>
  calls.filter((call) => call.generation === generation && which(call)).length;

const isInline = ({ snapshot }: Call): boolean => pendingState(snapshot) === "inline";

/** Whether a call takes one of the places of its step: it runs for the first time, and nobody had to approve that. */
const takesPlace = (call: Call): boolean => {
  const { needsApproval, epoch } = call.snapshot.context;
  const isRun = isInline(call) || pendingState(call.snapshot) === "executing";
  return isRun && !needsApproval && epoch === 1;
};

/** Lets a call run: by the stream handler that commits or reports here if it has the time and may, or by an executor. */
function begin(tx: Transaction, call: Call): void {
  const { generation } = call;
  const mayTake =
    tx.fit?.generation === generation && countOf(tx.world, generation, isInline) < tx.rules.inlineAtOnce;
  if (!mayTake || !dispatchToCall(tx, call, { type: "TAKEN" })) {
    dispatchToCall(tx, call, { type: "START" });
    return;
  }
  call.executors.push({ epoch: call.snapshot.context.epoch, runner: "handler", report: null });
}

/** Sends a tool call an event and runs the effects in the same transaction. */
export function dispatchToCall(tx: Transaction, call: Call, event: ToolCallEvent): boolean {
  const wasPending = isPending(call);
  const step = tx.machines.stepToolCall(call.snapshot, event);
  if (!step.accepted) return false;
  if (!wasPending) tx.problems.push({ check: "W6", problem: `${event.type} changes a call's outcome` });
  noteTime(call, event, step.snapshot);
  if (event.type === "APPROVE") call.isApproved = true;
  call.snapshot = step.snapshot;
  const following: ToolCallEvent[] = [];
  for (const effect of step.effects) runToolEffect(tx, call, effect, following);
  for (const next of following) dispatchToCall(tx, call, next);
  return true;
}

/** Whether the call is to have a deadline from here on, by its policy and by what it was told, whatever was armed. */
function noteTime(call: Call, event: ToolCallEvent, after: ToolCallSnapshot): void {
  const { timeoutMs, approvalTimeoutMs, epoch } = after.context;
  if (event.type === "DEADLINE_MOVED") call.isTimed = event.ms !== null;
  else if (event.type === "RUN_BEGAN") call.isTimed = timeoutMs !== null;
  else if (epoch > call.snapshot.context.epoch)
    call.isTimed = pendingState(after) === "awaitingResult" && timeoutMs !== null;
  else if (event.type === "START") call.isTimed = approvalTimeoutMs !== null;
}

function cancelDeadline(tx: Transaction, call: Call): void {
  const armed = call.timers.filter(({ type }) => type === "deadline");
  cancel(tx, armed);
  call.timers = [...call.timers.filter(({ type }) => type !== "deadline"), ...armed];
  call.deadline = null;
}

function runToolEffect(
  tx: Transaction,
  call: Call,
  effect: ToolCallEffect,
  following: ToolCallEvent[],
): void {
  switch (effect.type) {
    case "executeTool": {
      const { epoch } = effect.params;
      const isShared = tx.isShared && call.snapshot.context.kind === "sync";
      if (!enqueue(tx, call.jobs, { epoch, runner: isShared ? "shared" : "own" }))
        following.push({ type: "ENQUEUE_FAILED", epoch, error: FAILURE });
      return;
    }
    case "scheduleToolRetry":
      call.timers.push({ type: "retry", epoch: effect.params.epoch });
      return;
    case "armDeadline":
      cancelDeadline(tx, call);
      if (effect.params.ms === null) return;
      call.deadline = effect.params.deadline;
      call.timers.push({ type: "deadline", deadline: effect.params.deadline });
      return;
    case "cancelDeadline":
      cancelDeadline(tx, call);
      return;
    case "cancelExecutor":
      cancel(tx, call.jobs);
      return;
    case "startNext":
      if (effect.params.frees) startNext(tx, call);
      return;
    case "reportSettled": {
      const { generation } = call;
      if (countOf(tx.world, generation, isPending) > 0) return;
      const isHandlers = tx.fit?.generation === generation;
      dispatch(
        tx,
        isHandlers
          ? { type: "STREAM_CONTINUED", generation, lease: tx.fit!.lease }
          : { type: "TOOLS_SETTLED", generation },
      );
      return;
    }
  }
}

/** Lets the next call of the step run that waits for a place. */
function startNext(tx: Transaction, { generation }: Call): void {
  const next = tx.world.calls.find(
    (one) => one.generation === generation && pendingState(one.snapshot) === "requested",
  );
  if (next && isAwaited(tx.world, next)) begin(tx, next);
}
