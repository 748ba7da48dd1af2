import type { ThreadSnapshot } from "../../machines/snapshot.js";
import type { ThreadEvent } from "../../machines/thread/events.js";
import { storeThread } from "../../machines/stored.js";
import { LIMITS } from "../../machines/thread/budgets.js";
import type { ThreadContext } from "../../machines/thread/context.js";
import { detailsOf } from "../../machines/thread/details.js";
import { pathOf, stateName } from "../../machines/thread/states.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { BATCH_ROWS } from "../lib/limits.js";
import type { Transition } from "../validators/insight.js";
import type { LoadedThread } from "./threads.js";

/** A transition before it has its number. */
export type NewTransition = Omit<Doc<"transitions">, "_id" | "_creationTime" | "threadId" | "seq">;

/** Old entries are deleted once in so many: most transitions then cost the log one write and no read. */
const PRUNE_EVERY = 50;

/** What an event did to a thread, as its log keeps it. */
export function transitionOf(
  event: ThreadEvent,
  before: ThreadSnapshot,
  after: ThreadSnapshot,
  { at, sender, isFirst }: { at: number; sender: string | undefined; isFirst: boolean },
): NewTransition {
  return {
    event: event.type,
    from: stateName(before),
    to: stateName(after),
    generation: after.context.generation,
    at,
    sender,
    ...detailsOf(event),
    snapshot: isFirst || beginsAnew(before.context, after.context) ? storeThread(after) : undefined,
  };
}

/** Whether a turn begins, or limits are set: the event alone does not say to what state it leads. */
const beginsAnew = (before: ThreadContext, after: ThreadContext): boolean =>
  before.turn !== after.turn || LIMITS.some((name) => before[name] !== after[name]);

/** The entries of a thread's log, newest first, from just before a number. */
export const transitionsBefore = (ctx: QueryCtx, threadId: Id<"threads">, seq = Infinity) =>
  ctx.db
    .query("transitions")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).lt("seq", seq))
    .order("desc");

/** An entry as readers see it: with the paths of states in place of their names. */
export function toTransition(row: Doc<"transitions">): Transition {
  const { _id, _creationTime, threadId: _thread, seq, event, from, to, ...rest } = row;
  const { generation, at, sender, snapshot, ...details } = rest;
  return {
    seq,
    event,
    from: pathOf(from),
    to: pathOf(to),
    generation,
    at,
    sender,
    details: Object.keys(details).length > 0 ? details : undefined,
    snapshot,
  };
}

/**
 * Appends to a thread's log, if its app wants one, and now and then deletes what is beyond its bound.
 *
 * @param thread - its row counts the entries, so that a number costs no read.
 * @returns the new count.
 */
export async function logTransitions(
  ctx: MutationCtx,
  { _id: threadId, logged }: LoadedThread,
  { keepTransitions }: Doc<"agents">,
  transitions: NewTransition[],
): Promise<number | undefined> {
  if (keepTransitions === undefined) return logged;
  let seq = logged ?? 0;
  for (const transition of transitions) {
    seq += 1;
    await ctx.db.insert("transitions", { threadId, seq, ...transition });
    if (seq % PRUNE_EVERY === 0) await prune(ctx, threadId, seq - keepTransitions);
  }
  return seq;
}

/** Deletes the oldest entries up to a number: a batch of them, if a bound that was lowered leaves more. */
async function prune(ctx: MutationCtx, threadId: Id<"threads">, upTo: number): Promise<void> {
  const beyond = await ctx.db
    .query("transitions")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).lte("seq", upTo))
    .take(BATCH_ROWS);
  for (const { _id } of beyond) await ctx.db.delete("transitions", _id);
}
