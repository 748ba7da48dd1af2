import type { ToolCallEvent } from "../../../machines/index.js";
import { pendingState } from "../../../machines/toolCall/states.js";
import { FAILURE } from "../alphabet.js";
import { dispatchToCall } from "./host.js";
import type { Move } from "./move.js";
import { endRuns, isAwaited, type Transaction } from "./transaction.js";
import type { Call, CallTimer, Executor, Job, World } from "./world.js";

/** Everything that can happen next to one tool call. */
export function callMoves(world: World, call: Call, index: number): Move[] {
  return [
    ...call.jobs.flatMap((job, at) => (job.runner === "own" ? jobMoves(index, job, at) : [])),
    ...call.executors.flatMap((executor, at) => executorMoves(index, executor, at)),
    ...call.timers.flatMap((timer, at) => timerMoves(index, timer, at)),
    ...misjudged(call, index),
    ...call.late.map((event, at): Move => ({
      label: `${event.type} a second time`,
      by: "own",
      run: (tx) => {
        const row = tx.world.calls[index]!;
        row.late.splice(at, 1);
        dispatchToCall(tx, row, event);
      },
    })),
    ...(isAwaited(world, call) ? [...answerMoves(call, index), ...approvalMoves(call, index)] : []),
  ];
}

/** A move that delivers an event to the call, which may arrive twice. */
function delivery(
  index: number,
  event: ToolCallEvent,
  before: (row: Call) => void,
  by: Move["by"] = "own",
): Move {
  return {
    label: `${event.type} of call ${index}`,
    by,
    run: (tx) => {
      const row = tx.world.calls[index]!;
      before(row);
      dispatchToCall(tx, row, event);
    },
    repeat: (world) => world.calls[index]?.late.push(event),
  };
}

/** An executor asks whether a call is still wanted, and begins to run its handler if it is. */
export function beginRun(tx: Transaction, row: Call, { epoch, runner }: Job): void {
  const { snapshot } = row;
  if (!isAwaited(tx.world, row)) return;
  if (pendingState(snapshot) !== "executing" || snapshot.context.epoch !== epoch) return;
  row.executors.push({ epoch, runner, report: null });
  dispatchToCall(tx, row, { type: "RUN_BEGAN", epoch });
}

/** A scheduled executor of one call begins, or is lost. */
function jobMoves(index: number, job: Job, at: number): Move[] {
  return [
    {
      label: `the handler of call ${index} begins`,
      by: "own",
      run: (tx) => {
        const row = tx.world.calls[index]!;
        row.jobs.splice(at, 1);
        beginRun(tx, row, job);
      },
      repeat: (world) => world.calls[index]?.late.push({ type: "RUN_BEGAN", epoch: job.epoch }),
    },
    {
      label: `the handler of call ${index} is lost before it begins`,
      by: "fault",
      run: ({ world }) => void world.calls[index]!.jobs.splice(at, 1),
    },
  ];
}

/**
 * A tool handler has its effect, reports, or dies before or after it. What runs several calls dies with all of them, and a
 * stream handler reports in its own way.
 */
function executorMoves(index: number, executor: Executor, at: number): Move[] {
  const { epoch, runner, report } = executor;
  const death: Move = {
    label: `the handler of call ${index} dies ${report ? "after" : "before"} its effect`,
    by: "fault",
    run: ({ world }) => endRuns(world.calls[index]!, (run) => run === executor),
  };
  const deaths = runner === "own" ? [death] : [];
  if (report) {
    const move = delivery(index, report, (row) => row.executors.splice(at, 1));
    return runner === "handler" ? [] : [move, ...deaths];
  }
  const reports: ToolCallEvent[] = [
    { type: "HANDLER_RETURNED", epoch },
    { type: "HANDLER_FAILED", epoch, retryable: true, error: FAILURE },
    { type: "HANDLER_FAILED", epoch, retryable: false, error: FAILURE },
  ];
  const effects = reports.map((next): Move => ({
    label: `the handler of call ${index} has its effect, for ${next.type}`,
    by: "own",
    run: (tx) => haveEffect(tx, tx.world.calls[index]!, { epoch, runner, report: next }, at),
  }));
  const notBegun = delivery(
    index,
    { type: "NOT_BEGUN", epoch },
    (row) => void row.executors.splice(at, 1),
    "fault",
  );
  return runner === "handler" ? effects : [...effects, notBegun, ...deaths];
}

function haveEffect(tx: Transaction, row: Call, executor: Executor, at: number): void {
  const { maxAttempts, retryOnCrash, needsApproval } = row.snapshot.context;
  row.executors[at] = executor;
  row.runs += 1;
  const isTooOften = row.runs > maxAttempts;
  if (isTooOften)
    tx.problems.push({ check: "W7", problem: `a handler ran ${row.runs} times of ${maxAttempts}` });
  if (row.doubtedEpoch > 0 && executor.epoch > row.doubtedEpoch && !retryOnCrash) {
    tx.problems.push({ check: "W7", problem: "a handler ran again although it may have had its effect" });
  }
  if (needsApproval && !row.isApproved)
    tx.problems.push({ check: "W9", problem: "a handler ran that nobody approved" });
}

/** A scheduled mutation of the call runs, or is lost. */
function timerMoves(index: number, timer: CallTimer, at: number): Move[] {
  const drop = (row: Call) => void row.timers.splice(at, 1);
  const lost: Move = {
    label: `the ${timer.type} timer of call ${index} is lost`,
    by: "fault",
    run: ({ world }) => drop(world.calls[index]!),
  };
  if (timer.type === "deadline") return [deadlineMove(index, timer.deadline, drop), lost];
  const { epoch } = timer;
  const retry: Move = {
    label: `RETRY_DUE of call ${index}`,
    by: "own",
    run: (tx) => {
      const row = tx.world.calls[index]!;
      drop(row);
      if (isAwaited(tx.world, row)) dispatchToCall(tx, row, { type: "RETRY_DUE", epoch });
    },
  };
  return [retry, lost];
}

/** A run is taken for dead although it lives. */
function misjudged(call: Call, index: number): Move[] {
  const { epoch } = call.snapshot.context;
  const isRun = [...call.jobs, ...call.executors].some((one) => one.epoch === epoch);
  if (!isRun || !["inline", "executing"].includes(pendingState(call.snapshot) ?? "")) return [];
  const move = delivery(index, { type: "EXECUTOR_DIED", epoch }, () => {}, "fault");
  return [{ ...move, label: `EXECUTOR_DIED of call ${index}, which lives` }];
}

const deadlineMove = (index: number, deadline: number, drop: (row: Call) => void): Move =>
  delivery(index, { type: "DEADLINE_PASSED", deadline }, (row) => {
    drop(row);
    doubtRun(row, deadline);
  });

/** The call's time is over: a run that had its effect by then, or may yet have it, is in doubt from now on. */
export function doubtRun(row: Call, deadline: number): void {
  const { snapshot } = row;
  if (snapshot.context.deadline !== deadline || pendingState(snapshot) !== "executing") return;
  const run = row.executors.find(({ epoch }) => snapshot.context.epoch === epoch);
  if (run) row.doubtedEpoch = run.epoch;
}

/** With a deadline, people may leave a call alone for ever; without one, they come to it in the end. */
const inTheEnd = ({ isTimed }: Call): Move["by"] => (isTimed ? "user" : "own");

/** Somebody answers a call that takes answers, before its handler has returned or later, or moves its deadline. */
function answerMoves(call: Call, index: number): Move[] {
  const { value, context } = call.snapshot;
  if (context.kind === "sync" || typeof value === "string") return [];
  const answers: ToolCallEvent[] = [{ type: "RESULT_GIVEN" }, { type: "ERROR_GIVEN", error: FAILURE }];
  const moves: ToolCallEvent[] = [
    { type: "DEADLINE_MOVED", ms: 1 },
    { type: "DEADLINE_MOVED", ms: null },
  ];
  const by = value.pending === "awaitingResult" ? inTheEnd(call) : "user";
  return [
    ...answers.map((event) => delivery(index, event, () => {}, by)),
    ...moves.map((event) => delivery(index, event, () => {}, "user")),
  ];
}

/** Somebody decides whether a call may run. */
function approvalMoves(call: Call, index: number): Move[] {
  const { value } = call.snapshot;
  if (typeof value === "string" || value.pending !== "awaitingApproval") return [];
  const decisions: ToolCallEvent[] = [{ type: "APPROVE" }, { type: "DENY", error: FAILURE }];
  return decisions.map((event) => delivery(index, event, () => {}, inTheEnd(call)));
}
