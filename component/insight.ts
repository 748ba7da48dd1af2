import { v } from "convex/values";
import { describeThread } from "../machines/describe.js";
import { limitUse } from "../machines/thread/budgets.js";
import type { ThreadContext } from "../machines/thread/context.js";
import { runningState } from "../machines/thread/states.js";
import { wholeTokens } from "../machines/thread/tokens.js";
import { toolCallState } from "../machines/toolCall/states.js";
import type { Doc } from "./_generated/dataModel.js";
import { query, type QueryCtx } from "./_generated/server.js";
import { pageOf, takeBounded } from "./lib/bounded.js";
import { dueTime, jobWaitsForSlot } from "./model/jobs.js";
import { findVisible, type LoadedThread } from "./model/threads.js";
import { pendingCalls, toLoadedToolCall, toToolCall, type LoadedToolCall } from "./model/toolCalls.js";
import { toTransition, transitionsBefore } from "./model/transitions.js";
import { watchdogJob } from "./model/watchdogs.js";
import { addSpent, lastTurn, threadSpent, turnAt, turnsBefore } from "./model/turns.js";
import {
  vExplanation,
  vThreadUsage,
  vTransitionPage,
  vTurnPage,
  type Due,
  type Explanation,
  type PendingCall,
  type Turn,
} from "./validators/insight.js";
import { vTarget } from "./validators/thread.js";

/** As many pending calls, and as many transitions, as a person takes in at a glance. */
const SHOWN_CALLS = 20;
const SHOWN_TRANSITIONS = 5;

/** Explains in one answer where a thread is, what it waits for, and how it got there. Null if there is no thread. */
export const explain = query({
  args: vTarget,
  returns: v.union(vExplanation, v.null()),
  handler: async (ctx, { threadId, owner, agentName }): Promise<Explanation | null> => {
    const thread = await findVisible(ctx, { threadId, owner, agentName });
    if (!thread || thread.status === "deleting") return null;
    const { context } = thread.snapshot;
    const { generation, turn, steps, attempt, maxAttempts, queued, steered } = context;
    const { state, waitsFor, events } = describeThread(thread.snapshot);
    const at = Date.now();
    const calls = await readPendingCalls(ctx, thread);
    const due = await dueOf(ctx, thread, calls.rows);
    const isRunning = runningState(thread.snapshot) !== null;
    const ended = isRunning ? null : await lastTurn(ctx, thread._id);
    const turnMs = isRunning ? at - context.startedAt : ended ? ended.endedAt - ended.startedAt : 0;
    return {
      at,
      status: thread.status,
      state,
      waitsFor: (await waitsForSlot(ctx, thread))
        ? "a slot of the deployment's scheduler, to start the stream handler"
        : waitsFor,
      waitsUntil: waitsUntil(thread, due),
      due,
      events,
      generation,
      turn,
      steps,
      attempt,
      maxAttempts,
      queued,
      steered,
      pendingCalls: {
        calls: calls.rows.slice(0, SHOWN_CALLS).map(toPendingCall),
        count: calls.rows.length,
        more: calls.more,
      },
      stopped: stoppedBy(context),
      error: context.error ?? undefined,
      limits: limitUse(context, turnMs, isRunning),
      transitions: (await transitionsBefore(ctx, thread._id).take(SHOWN_TRANSITIONS)).map(toTransition),
    };
  },
});

/** Whether the stream handler is due and has no place to run in. */
const waitsForSlot = async (ctx: QueryCtx, { snapshot, jobs }: LoadedThread): Promise<boolean> =>
  runningState(snapshot) === "queued" && (await jobWaitsForSlot(ctx, jobs.stream));

async function readPendingCalls(ctx: QueryCtx, { _id: threadId, snapshot }: LoadedThread) {
  if (runningState(snapshot) !== "tools") return { rows: [], more: false };
  const { generation } = snapshot.context;
  const { rows, more } = await takeBounded(pendingCalls(ctx, { threadId, generation }));
  return { rows: rows.map(toLoadedToolCall), more };
}

async function dueOf(ctx: QueryCtx, thread: LoadedThread, calls: LoadedToolCall[]): Promise<Due> {
  const { jobs } = thread;
  const deadlines = calls.flatMap(({ deadline }) => deadline?.at ?? []);
  return {
    watchdog: (await dueTime(ctx, await watchdogJob(ctx, thread))) ?? undefined,
    retry: (await dueTime(ctx, jobs.retry)) ?? undefined,
    turnTimer: (await dueTime(ctx, jobs.turn)) ?? undefined,
    toolDeadline: deadlines.length > 0 ? Math.min(...deadlines) : undefined,
  };
}

/** The watchdog ends a wait for a stream handler only: while tools run, it may look at them many times. */
function waitsUntil({ snapshot }: LoadedThread, due: Due): number | null {
  const state = runningState(snapshot);
  if (state === null) return null;
  const own = { tools: due.toolDeadline, backoff: due.retry, queued: due.watchdog, streaming: due.watchdog };
  const times = [own[state], due.turnTimer].filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : null;
}

function toPendingCall(call: LoadedToolCall): PendingCall {
  const { toolCallId, toolName, approval, deadlineAt } = toToolCall(call);
  const { attempt, maxAttempts } = call.snapshot.context;
  return {
    toolCallId,
    toolName,
    deadlineAt,
    attempt,
    maxAttempts,
    state: toolCallState(call.snapshot),
    approval: approval === "denied" ? undefined : approval,
  };
}

function stoppedBy(context: ThreadContext): Explanation["stopped"] {
  const { stopReason: reason } = context;
  if (reason === null) return undefined;
  return { reason, limit: reason === "user" ? undefined : (context[reason] ?? undefined) };
}

/**
 * A page of a thread's log, newest first.
 *
 * @param cursor - where the page begins: its transitions have lower numbers.
 * @param limit - how many at most. Default: 100; at most 500.
 * @throws invalid_limit
 */
export const listTransitions = query({
  args: { ...vTarget, cursor: v.optional(v.number()), limit: v.optional(v.number()) },
  returns: vTransitionPage,
  handler: async (ctx, { threadId, owner, agentName, cursor: before, limit }) => {
    const thread = await findVisible(ctx, { threadId, owner, agentName });
    const source = thread && transitionsBefore(ctx, thread._id, before);
    const { rows, cursor } = await pageOf(source, ({ seq }) => seq, limit);
    return { transitions: rows.map(toTransition), cursor };
  },
});

/**
 * The tokens that a thread has used in all and in one turn, and what they cost. Null if there is no thread.
 *
 * @param turn - the number of the turn. Default: the last one.
 */
export const usage = query({
  args: { ...vTarget, turn: v.optional(v.number()) },
  returns: v.union(vThreadUsage, v.null()),
  handler: async (ctx, { threadId, owner, agentName, turn }) => {
    const thread = await findVisible(ctx, { threadId, owner, agentName });
    if (!thread) return null;
    const running = runningTurn(thread);
    const ended = threadSpent(await lastTurn(ctx, thread._id));
    return {
      turn: await findTurn(ctx, thread, turn),
      thread: running ? addSpent(ended, running) : ended,
    };
  },
});

/**
 * A page of a thread's turns that have ended, newest first.
 *
 * @param cursor - where the page begins: its turns have lower numbers.
 * @param limit - how many at most. Default: 100; at most 500.
 * @throws invalid_limit
 */
export const listTurns = query({
  args: { ...vTarget, cursor: v.optional(v.number()), limit: v.optional(v.number()) },
  returns: vTurnPage,
  handler: async (ctx, { threadId, owner, agentName, cursor: before, limit }) => {
    const thread = await findVisible(ctx, { threadId, owner, agentName });
    const source = thread && turnsBefore(ctx, thread._id, before);
    const { rows, cursor } = await pageOf(source, ({ turn }) => turn, limit);
    return { turns: rows.map(toTurn), cursor };
  },
});

/** The turn with this number, or the last one. */
async function findTurn(ctx: QueryCtx, thread: LoadedThread, turn: number | undefined): Promise<Turn | null> {
  const running = runningTurn(thread);
  if (running && (turn === undefined || turn === running.turn)) return running;
  const row = await (turn === undefined ? lastTurn(ctx, thread._id) : turnAt(ctx, thread._id, turn));
  return row && toTurn(row);
}

/** The turn that is under way, as far as it has come; null when none is. */
function runningTurn({ snapshot }: LoadedThread): Turn | null {
  if (runningState(snapshot) === null) return null;
  const { turn, steps, tokens, cost, startedAt, attempt } = snapshot.context;
  return { turn, steps, tokens, cost, startedAt, attempts: attempt };
}

function toTurn(row: Doc<"turns">): Turn {
  const { turn, steps, cost = 0, sender, startedAt, endedAt, outcome, stopReason, error, attempts = 1 } = row;
  const spent = { tokens: wholeTokens(row.tokens), cost };
  return { turn, steps, ...spent, sender, startedAt, endedAt, outcome, stopReason, error, attempts };
}
