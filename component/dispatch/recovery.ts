import { turnTime } from "../../machines/thread/budgets.js";
import type { ThreadEvent } from "../../machines/thread/events.js";
import { preparingState, runningState } from "../../machines/thread/states.js";
import type { ToolCallEvent } from "../../machines/toolCall/events.js";
import { internal } from "../_generated/api.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { takeBounded } from "../lib/bounded.js";
import { LATE_MS, LEASE_MS, LONGEST_RUN_MS } from "../lib/limits.js";
import {
  jobIsDead,
  jobIsRunning,
  jobState,
  mutationIsDead,
  mutationIsLost,
  type JobState,
} from "../model/jobs.js";
import { lastSignOfLife, liveStream } from "../model/streams.js";
import { writeWork, type LoadedThread } from "../model/threads.js";
import { pendingCalls, toLoadedToolCall, type LoadedToolCall } from "../model/toolCalls.js";
import type { Job } from "../validators/thread.js";
import { examineCall } from "./callRecovery.js";
import { scheduleCleanup } from "./cleaning.js";
import { continueEdit } from "./history.js";
import type { NextLook, Notes } from "./watchdogs.js";

/** What a look at a thread found. */
interface Findings {
  /** The event that the thread would wait for in vain. */
  event?: ThreadEvent;
  /** Those of its calls that would wait in vain, each with its event. */
  calls?: { call: LoadedToolCall; event: ToolCallEvent }[];
  /** Those of its calls whose executors take unusually long, and were seen running for the first time. */
  seenRunning?: LoadedToolCall[];
  /** When to look again, if the events leave the thread waiting; null: nothing can die. */
  next: NextLook | null;
}

const NEXT: NextLook = { notes: {} };
const well = (next: NextLook | null): Findings => ({ next });
const lost = (event: ThreadEvent): Findings => ({ event, next: NEXT });

/** Schedules what works through rows in batches where that has died: a cleanup, an edit of the history, a purge. */
export async function rescheduleWork(ctx: MutationCtx, thread: LoadedThread): Promise<void> {
  const { jobs, edit, untidy, snapshot } = thread;
  const before = { ...jobs };
  if (snapshot.value === "deleting") {
    if (await mutationIsDead(ctx, jobs.purge))
      jobs.purge = await ctx.scheduler.runAfter(0, internal.purge.run, { threadId: thread._id });
  } else if (untidy && (await mutationIsDead(ctx, jobs.cleanup))) {
    jobs.cleanup = undefined;
    await scheduleCleanup(ctx, thread);
  }
  if (edit && preparingState(snapshot) !== null && (await mutationIsDead(ctx, jobs.edit)))
    await continueEdit(ctx, thread, edit);
  const isChanged =
    jobs.purge !== before.purge || jobs.cleanup !== before.cleanup || jobs.edit !== before.edit;
  if (isChanged) await writeWork(ctx, thread);
}

/**
 * Looks whether something died that a thread waits for: whatever is scheduled for it may have been lost, cancelled, failed or
 * held up for long.
 *
 * @param isLate - see `watchdog.look`.
 */
export async function examine(
  ctx: QueryCtx,
  thread: LoadedThread,
  notes: Notes,
  isLate: boolean,
): Promise<Findings> {
  const state = runningState(thread.snapshot);
  if (state === null) return well(preparingState(thread.snapshot) === null ? null : NEXT);
  const { context } = thread.snapshot;
  if (!isLate && (await isOverTime(ctx, thread)))
    return lost({ type: "TIME_UP", turn: context.turn, budget: turnTime(context)!.budget });
  if (state === "tools") return examineTools(ctx, thread, notes, isLate);
  if (state !== "backoff") return examineHandler(ctx, thread, notes, isLate);
  const isDue = await mutationIsLost(ctx, thread.jobs.retry);
  return isDue ? lost({ type: "RETRY_DUE", generation: context.generation }) : well(NEXT);
}

/** Whether a turn's time is over, and its timer did not say so. */
async function isOverTime(ctx: QueryCtx, { snapshot: { context }, jobs }: LoadedThread): Promise<boolean> {
  const time = turnTime(context);
  if (time === null || Date.now() < context.startedAt + time.ms + LATE_MS) return false;
  return mutationIsLost(ctx, jobs.turn);
}

/** Whether the stream handler died or fell silent. One that waits for a place to run in is well. */
async function examineHandler(
  ctx: QueryCtx,
  { _id, jobs, snapshot }: LoadedThread,
  { silent }: Notes,
  isLate: boolean,
): Promise<Findings> {
  const { generation, lease } = snapshot.context;
  const expired = lost({ type: "LEASE_EXPIRED", generation, lease });
  const noted = silent?.generation === generation ? silent.since : Date.now();
  const since = (ms: number) => well({ notes: { silent: { generation, since: ms } } });
  if (await jobIsDead(ctx, jobs.stream)) return expired;
  if (lease === null) {
    // A workpool says itself what becomes of a job that has not claimed its step.
    if (typeof jobs.stream === "object" || !(await jobIsRunning(ctx, jobs.stream))) return well(NEXT);
    return noted + LONGEST_RUN_MS < Date.now() ? expired : since(noted);
  }
  const stream = await liveStream(ctx, _id);
  const seen = stream ? await lastSignOfLife(ctx, stream) : noted;
  return !isLate && seen + LEASE_MS < Date.now() ? expired : since(seen);
}

/** What jobs' records say. Calls that share an executor have its record read once, with the arguments of them all. */
function jobStates(ctx: QueryCtx): (job: Job | undefined) => Promise<JobState> {
  const known = new Map<Job | undefined, Promise<JobState>>();
  return (job) => {
    const state = known.get(job) ?? jobState(ctx, job);
    known.set(job, state);
    return state;
  };
}

/** Looks at a batch of the calls that the thread waits for. */
async function examineTools(
  ctx: QueryCtx,
  thread: LoadedThread,
  { after = -1 }: Notes,
  isLate: boolean,
): Promise<Findings> {
  const { generation } = thread.snapshot.context;
  const { rows, more } = await takeBounded(pendingCalls(ctx, { threadId: thread._id, generation }, after));
  if (rows.length === 0 && after < 0) return lost({ type: "TOOLS_SETTLED", generation });
  const stateOf = jobStates(ctx);
  const calls: Findings["calls"] = [];
  const seenRunning: LoadedToolCall[] = [];
  let canDie = more || after >= 0;
  let deadlineAt = Infinity;
  for (const call of rows.map(toLoadedToolCall)) {
    const found = await examineCall(ctx, call, { handler: thread.jobs.stream, isLate, stateOf });
    if (found.event) calls.push({ call, event: found.event });
    if (found.isSeenRunning) seenRunning.push(call);
    canDie ||= found.canDie;
    deadlineAt = Math.min(deadlineAt, call.deadline?.at ?? Infinity);
  }
  const next = { notes: more ? { after: rows.at(-1)!.index } : {} };
  return { calls, seenRunning, next: canDie ? next : whenOverdue(deadlineAt) };
}

/** A thread that waits for people only is looked at again when the first of their deadlines should have passed. */
const whenOverdue = (deadlineAt: number): NextLook => ({
  notes: {},
  afterMs: Math.max(0, deadlineAt - Date.now()) + 2 * LATE_MS,
  isParked: true,
});
