import { v } from "convex/values";
import { holdsLease, mayContinue } from "../machines/describe.js";
import type { Doc } from "./_generated/dataModel.js";
import { mutation, type QueryCtx } from "./_generated/server.js";
import { CallBatch } from "./dispatch/callBatch.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { settleCalls } from "./dispatch/settleCalls.js";
import { takeBounded, type Bounded } from "./lib/bounded.js";
import { WATCH_INTERVAL_MS } from "./lib/limits.js";
import { positionOf } from "./lib/position.js";
import { jobWaitsForSlot } from "./model/jobs.js";
import { messagesSentAfter, toMessage } from "./model/messages.js";
import { findThread, someHandlerWaits, type LoadedThread } from "./model/threads.js";
import { watchdogJob } from "./model/watchdogs.js";
import { callsBefore, roundIsSettled, takenAfter, toModelToolCall } from "./model/toolCalls.js";
import {
  vCallOutcome,
  vNextStep,
  vPlace,
  vStepLease,
  type CallKey,
  type CallOutcome,
  type NextStep,
} from "./validators/thread.js";

type Step = Pick<CallKey, "threadId" | "position">;

const NOTHING: Bounded<Doc<"toolCalls">> = { rows: [], more: false };

/** What is so late, in milliseconds, finds no place to run in. */
const HELD_UP_MS = 1_000;

/** What the stream handler has of its step already. */
const vKnown = {
  /** How many calls the step has. */
  calls: v.number(),
  /** Those whose outcomes the handler has as they are stored, by their index. */
  known: v.array(v.number()),
};

/**
 * Records what came of calls that the step's stream handler has run. If they were the step's last ones, the handler may go on
 * with the next step. Done twice, it is answered alike.
 *
 * @param goesOn - the handler can run further calls, and the next step.
 * @param again - an earlier try failed, and may still have been stored.
 * @returns `kept`: the calls whose outcomes are stored as reported. `taken`: those that the handler is to run now. `next`: the
 * next step, which the handler holds from now on, or null.
 */
export const report = mutation({
  args: {
    ...vStepLease,
    place: vPlace,
    outcomes: v.array(vCallOutcome),
    ...vKnown,
    goesOn: v.boolean(),
    again: v.boolean(),
  },
  returns: v.object({
    kept: v.array(v.number()),
    taken: v.array(v.number()),
    next: v.union(vNextStep, v.null()),
  }),
  handler: async (ctx, { threadId, generation, lease, place, outcomes, calls, known, goesOn, again }) => {
    const thread = await findThread(ctx, threadId);
    if (!thread) return { kept: [], taken: [], next: null };
    const step = { threadId: thread._id, position: positionOf(place.turn, place.step) };
    const isHolder = mayContinue(thread.snapshot, { generation, lease });
    const mayGoOn = goesOn && isHolder && !(await othersWait(ctx, thread));

    const batch = new CallBatch(ctx, { handlerTakes: mayGoOn });
    const kept = await settleCalls(batch, step, outcomes);
    await batch.write();
    const taken = again ? await takenSince(ctx, step, outcomes) : batch.taken;
    const round = { threadId: thread._id, generation };
    const isSettled = (batch.settled ?? again) && (await roundIsSettled(ctx, round));
    if (!isSettled) return { kept, taken, next: null };

    const news = await newsOf(ctx, step, { calls, known: new Set([...known, ...kept]) });
    const type = mayGoOn && news ? "STREAM_CONTINUED" : "TOOLS_SETTLED";
    const dispatched = await dispatch(ctx, thread, { type, generation, lease });
    const nextHolder = { generation: generation + 1, lease };
    const continues = dispatched?.continued ?? holdsLease(thread.snapshot, nextHolder);
    return { kept, taken, next: continues ? { generation: nextHolder.generation, ...news! } : null };
  },
});

/**
 * Whether other work waits for a place to run in: the stream handler of some thread, or whatever else holds up the watchdog of this
 * one, which is due and does not come.
 */
async function othersWait(ctx: QueryCtx, thread: LoadedThread): Promise<boolean> {
  if (await someHandlerWaits(ctx, HELD_UP_MS)) return true;
  if (Date.now() < thread.snapshot.context.startedAt + WATCH_INTERVAL_MS) return false;
  return jobWaitsForSlot(ctx, await watchdogJob(ctx, thread), HELD_UP_MS);
}

/** The calls that a report which comes again has brought its handler before. */
async function takenSince(ctx: QueryCtx, step: Step, outcomes: CallOutcome[]): Promise<number[]> {
  const taken = await Promise.all(outcomes.map(({ index }) => takenAfter(ctx, { ...step, index })));
  return taken.filter((index) => index !== null);
}

/**
 * What is new for the next step: outcomes that the handler does not have, and messages that were sent since its model call.
 *
 * @returns null if that is more than one transaction reads.
 */
async function newsOf(
  ctx: QueryCtx,
  step: Step,
  { calls, known }: { calls: number; known: Set<number> },
): Promise<Omit<NextStep, "generation"> | null> {
  const settled = known.size < calls ? await takeBounded(callsBefore(ctx, step)) : NOTHING;
  const sent = await takeBounded(messagesSentAfter(ctx, step));
  if (settled.more || sent.more) return null;
  const unknown = settled.rows.filter(({ index }) => !known.has(index));
  return {
    settled: unknown.map((row) => ({ index: row.index, toolCall: toModelToolCall(row) })),
    messages: sent.rows.map(toMessage),
  };
}
