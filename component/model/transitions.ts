import type { ThreadSnapshot } from "../../machines/snapshot.js";
import type { ThreadEvent } from "../../machines/thread/events.js";
import { statePath } from "../../machines/thread/states.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx, QueryCtx } from "../_generated/server.js";
import { BATCH_ROWS } from "../lib/limits.js";
import type { Transition } from "../validators/insight.js";
import type { LoadedThread } from "./threads.js";

/** A transition before it has its number. */
export type NewTransition = Omit<Transition, "seq">;

/** Old entries are deleted once in so many: most transitions then cost the log one write and no read. */
const PRUNE_EVERY = 50;

/** What an event did to a thread, as its log shows it. */
export const transitionOf = (
  { type: event }: ThreadEvent,
  before: ThreadSnapshot,
  after: ThreadSnapshot,
  at: number,
  sender?: string,
): NewTransition => ({
  event,
  from: statePath(before),
  to: statePath(after),
  generation: after.context.generation,
  at,
  ...(sender !== undefined && { sender }),
});

/** The entries of a thread's log, newest first, from just before a number. */
export const transitionsBefore = (ctx: QueryCtx, threadId: Id<"threads">, seq = Infinity) =>
  ctx.db
    .query("transitions")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).lt("seq", seq))
    .order("desc");

/** An entry as readers see it. */
export const toTransition = (row: Doc<"transitions">): Transition => {
  const { seq, event, from, to, generation, at, sender } = row;
  return { seq, event, from, to, generation, at, ...(sender !== undefined && { sender }) };
};

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
