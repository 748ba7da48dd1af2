import type { ThreadEvent, ThreadSnapshot, ToolCallEvent } from "../../../machines/index.js";
import { FAILURE } from "../alphabet.js";
import { isPreparing, isRunning, place } from "../invariants/threadPlaces.js";
import { pendingState } from "../../../machines/toolCall/states.js";
import { hasRuns, holdsNext } from "./stayMoves.js";
import { isAwaited, type Machines } from "./transaction.js";
import type { Call, CallTimer, Handler, Job, ThreadTimer, World } from "./world.js";

const STAGES: Record<string, number> = {
  "running.queued": 0,
  "running.streaming": 1,
  "running.backoff": 2,
  "running.tools": 2,
};

/** The stage of its generation at which a thread could want the event. */
function stageOf(event: ThreadEvent): number {
  if (event.type === "STREAM_STARTED" || event.type === "ENQUEUE_FAILED") return 0;
  if (event.type === "LEASE_EXPIRED") return event.lease === null ? 0 : 1;
  return event.type === "STREAM_FINISHED" || event.type === "STREAM_FAILED" ? 1 : 2;
}

/** The thread is past the point at which it could have wanted the event: it will never come there again. */
function isPast(thread: ThreadSnapshot, event: ThreadEvent): boolean {
  if (event.type === "PURGED") return place(thread) === "deleted";
  if ("revision" in event) return event.revision < thread.context.revision || !isPreparing(thread);
  if (event.type === "TIME_UP") return event.turn < thread.context.turn || !isRunning(thread);
  if (!("generation" in event) || event.generation > thread.context.generation) return false;
  if (event.generation < thread.context.generation || !isRunning(thread)) return true;
  return stageOf(event) < STAGES[place(thread)]!;
}

/** What a runner may still say, apart from what it reports of tool calls. */
function sayings({ generation, lease, stage }: Handler): ThreadEvent[] {
  const owner = { generation, lease };
  if (stage === "claiming") return [{ type: "STREAM_STARTED", ...owner }];
  const failure = { retryAfterMs: null, error: FAILURE };
  return [
    { type: "STREAM_FINISHED", ...owner, toolCalls: 0 },
    { type: "STREAM_FINISHED", ...owner, toolCalls: 1 },
    { type: "STREAM_FAILED", ...owner, retryable: true, ...failure },
    { type: "STREAM_FAILED", ...owner, retryable: false, ...failure },
  ];
}

function dueEvent(timer: Exclude<ThreadTimer, { type: "cleanup" }>): ThreadEvent {
  if (timer.type === "purge") return { type: "PURGED" };
  if (timer.type === "turn") return { type: "TIME_UP", turn: timer.turn, budget: timer.budget };
  if ("revision" in timer)
    return { type: timer.type === "copy" ? "COPIED" : "TRUNCATED", revision: timer.revision };
  return { type: "RETRY_DUE", generation: timer.generation };
}

/**
 * Leaves out, in place, what is under way for nothing: runners, timers and events whose moment is past and which
 * the machine refuses. It refuses them for ever, since generations, epochs and deadlines only grow (I4, T4 and T20 prove that
 * for every state); a machine that does not refuse them keeps them, and its history goes on with them.
 */
export function prune(world: World, machines: Machines): void {
  const { thread } = world;
  const isWanted = (event: ThreadEvent) =>
    !isPast(thread, event) || machines.stepThread(thread, event).accepted;
  world.late = world.late.filter(isWanted);
  world.timers = world.timers.filter((timer) => timer.type === "cleanup" || isWanted(dueEvent(timer)));
  if (!isRunning(thread) && !isPreparing(thread)) world.isWatched = false;
  if (isRunning(thread) || isPreparing(thread)) world.isGivenUp = false;
  if (!isPreparing(thread)) world.edit = null;
  for (const call of world.calls) pruneCall(world, call, machines);
  world.handlers = world.handlers.filter((handler) => {
    if (handler.stage === "claiming" || handler.stage === "streaming") return sayings(handler).some(isWanted);
    return hasRuns(world, handler) || (handler.stage === "asking" && holdsNext(world, handler));
  });
  world.jobs = world.jobs.filter((generation) =>
    isWanted({ type: "STREAM_STARTED", generation, lease: String(generation) }),
  );
}

const isStale = (event: ToolCallEvent, now: { epoch: number; deadline: number }): boolean =>
  ("epoch" in event && event.epoch < now.epoch) || ("deadline" in event && event.deadline < now.deadline);

function dueCallEvent(timer: CallTimer): ToolCallEvent {
  if (timer.type === "deadline") return { type: "DEADLINE_PASSED", deadline: timer.deadline };
  return { type: "RETRY_DUE", epoch: timer.epoch };
}

function pruneCall(world: World, call: Call, machines: Machines): void {
  const { snapshot } = call;
  const isCurrent = ({ epoch }: Job) =>
    snapshot.context.epoch === epoch && pendingState(snapshot) === "executing";
  // An executor that begins asks first.
  call.jobs = isAwaited(world, call) ? call.jobs.filter(isCurrent) : [];
  const isOver = typeof snapshot.value === "string";
  const isWanted = (event: ToolCallEvent) =>
    (!isOver && !isStale(event, snapshot.context)) || machines.stepToolCall(snapshot, event).accepted;
  call.late = call.late.filter(isWanted);
  call.executors = call.executors.filter(({ report }) => report === null || isWanted(report));
  call.timers = call.timers.filter((timer) => isWanted(dueCallEvent(timer)));
}
