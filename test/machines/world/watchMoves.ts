import type { ThreadEvent, ToolCallEvent } from "../../../machines/index.js";
import { turnTime } from "../../../machines/thread/budgets.js";
import { pendingState } from "../../../machines/toolCall/states.js";
import { FAILURE } from "../alphabet.js";
import { isGone, isPreparing, isRunning, place } from "../invariants/threadPlaces.js";
import { doubtRun } from "./callMoves.js";
import { dispatch, dispatchToCall, scheduleCleanup } from "./host.js";
import type { Move } from "./move.js";
import { endRuns, isAwaited, type Transaction } from "./transaction.js";
import type { Call, ThreadTimer, World } from "./world.js";

/** What looks after a thread may do: the watchdog, which may be lost or fail, and the sweep, which never is. */
export function watchMoves(world: World): Move[] {
  return world.isWatched ? [...lookMoves(world), ...watchdogFaults(world)] : sweepMoves(world);
}

const has = (world: World, ...types: ThreadTimer["type"][]): boolean =>
  world.timers.some(({ type }) => types.includes(type));

/** The watchdog does what a lost runner or timer should have done. It looks before it judges. */
export function lookMoves(world: World): Move[] {
  const event = lostEvent(world);
  const own = (label: string, run: (tx: Transaction) => void): Move => ({
    label: `the watchdog: ${label}`,
    by: "own",
    run,
  });
  return [
    ...(event ? [own(event.type, (tx) => void dispatch(tx, event))] : []),
    ...world.calls.flatMap((call, index) => {
      const lost = isAwaited(world, call) ? lostCallEvent(call) : null;
      if (!lost) return [];
      const send = (tx: Transaction) => {
        const row = tx.world.calls[index]!;
        if (lost.type === "DEADLINE_PASSED") doubtRun(row, lost.deadline);
        dispatchToCall(tx, row, lost);
      };
      return [own(`${lost.type} of call ${index}`, send)];
    }),
    ...workMoves(world),
  ];
}

/** The event that a thread would wait for in vain, or null. */
function lostEvent(world: World): ThreadEvent | null {
  const { thread, calls } = world;
  const { generation, lease, turn } = thread.context;
  if (!isRunning(thread)) return null;
  const time = turnTime(thread.context);
  if (time !== null && !has(world, "turn")) return { type: "TIME_UP", turn, budget: time.budget };
  switch (place(thread)) {
    case "running.queued":
    case "running.streaming":
      return isAlive(world) ? null : { type: "LEASE_EXPIRED", generation, lease };
    case "running.backoff":
      return has(world, "retry") ? null : { type: "RETRY_DUE", generation };
    default:
      return calls.some((call) => isAwaited(world, call) && pendingState(call.snapshot) !== null)
        ? null
        : { type: "TOOLS_SETTLED", generation };
  }
}

/** Whether the runner that a thread waits for is still there: scheduled, or at work. */
function isAlive({ thread, jobs, handlers }: World): boolean {
  const { generation, lease } = thread.context;
  if (lease !== null) return handlers.some((one) => one.lease === lease);
  return (
    jobs.includes(generation) ||
    handlers.some((one) => one.generation === generation && one.stage === "claiming")
  );
}

/** The event that a call would wait for in vain, or null. */
function lostCallEvent({ snapshot, jobs, executors, timers, deadline }: Call): ToolCallEvent | null {
  const { epoch } = snapshot.context;
  if (deadline !== null && !timers.some(({ type }) => type === "deadline"))
    return { type: "DEADLINE_PASSED", deadline };
  const isRun = [...jobs, ...executors].some((one) => one.epoch === epoch);
  if (["inline", "executing"].includes(pendingState(snapshot) ?? ""))
    return isRun ? null : { type: "EXECUTOR_DIED", epoch };
  if (pendingState(snapshot) === "backoff")
    return timers.some(({ type }) => type === "retry") ? null : { type: "RETRY_DUE", epoch };
  return null;
}

/** What works in batches is scheduled again where it was lost. */
function workMoves(world: World): Move[] {
  const { thread, isUntidy } = world;
  const schedule = (timer: ThreadTimer): Move => ({
    label: `the ${timer.type} is scheduled again`,
    by: "own",
    run: (tx) => void tx.world.timers.push(timer),
  });
  if (place(thread) === "deleting") return has(world, "purge") ? [] : [schedule({ type: "purge" })];
  const cleanup: Move = { label: "the cleanup is scheduled again", by: "own", run: scheduleCleanup };
  const { revision } = thread.context;
  const edit = world.timers.some((timer) => "revision" in timer && timer.revision === revision);
  return [
    ...(isUntidy && !isGone(thread) && !has(world, "cleanup") ? [cleanup] : []),
    ...(isPreparing(thread) && world.edit && !edit ? [schedule({ type: world.edit, revision })] : []),
  ];
}

/** The watchdog is lost; it fails again and again, and gives the turn up; it takes a runner for dead that lives. */
function watchdogFaults(world: World): Move[] {
  const { generation, lease } = world.thread.context;
  const fault = (label: string, run: Move["run"]): Move => ({ label, by: "fault", run });
  const giveUp = fault("the watchdog gives up", (tx) => {
    tx.schedulesNothing = true;
    Object.assign(tx.world, { isWatched: false, isGivenUp: true });
    return dispatch(tx, { type: "GIVE_UP", error: FAILURE });
  });
  const misjudge = fault("LEASE_EXPIRED although its runner lives", (tx) =>
    dispatch(tx, { type: "LEASE_EXPIRED", generation, lease }),
  );
  const isWaiting = ["running.queued", "running.streaming"].includes(place(world.thread));
  return [
    fault("the watchdog is lost", ({ world: at }) => void (at.isWatched = false)),
    giveUp,
    ...(isWaiting && isAlive(world) ? [misjudge] : []),
  ];
}

/** The component's cron watches threads that nobody watches, and takes work up that was lost. */
function sweepMoves(world: World): Move[] {
  const { thread } = world;
  const watch: Move = {
    label: "the sweep watches the thread",
    by: "own",
    run: ({ world: at }) => void (at.isWatched = true),
  };
  return isRunning(thread) || isPreparing(thread) ? [watch] : workMoves(world);
}

/** A backup is restored, or the dashboard cancels everything: nothing is scheduled and nothing runs any more. */
export const restoreMove: Move = {
  label: "all jobs vanish, and what runs ends",
  by: "fault",
  run: ({ world }) => {
    Object.assign(world, { jobs: [], handlers: [], timers: [], late: [], isWatched: false });
    for (const call of world.calls) {
      endRuns(call, () => true);
      Object.assign(call, { jobs: [], timers: [], late: [] });
    }
  },
};
