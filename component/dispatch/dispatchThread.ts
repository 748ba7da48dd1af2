import type { ThreadSnapshot } from "../../machines/snapshot.js";
import type { EndedTurn } from "../../machines/thread/effects.js";
import type { ThreadEvent } from "../../machines/thread/events.js";
import { runningState, threadStatus } from "../../machines/thread/states.js";
import { stepThread } from "../../machines/step.js";
import { storeThread } from "../../machines/stored.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import type { NewMessage } from "../model/messages.js";
import type { LoadedThread } from "../model/threads.js";
import { logTransitions, transitionOf, type NewTransition } from "../model/transitions.js";
import type { RequestedToolCall } from "../validators/thread.js";
import { scheduleCleanup } from "./cleaning.js";
import { callStatusHandler, changeBetween } from "./statusChange.js";
import { runEffect } from "./threadEffects.js";

/** What comes with an event and is stored in its transaction, if the machine's effects require it. */
export interface Writes {
  /** The app's functions and settings, with which the thread goes on. */
  agent?: Doc<"agents">;
  /** The message that placeMessage stores. */
  message?: NewMessage;
  /** The message that removeMessage deletes. */
  removed?: Id<"messages">;
  /** The tool calls that startTools starts. */
  requested?: RequestedToolCall[];
  /** The handler that sends the event can run some of them itself. */
  handlerTakes?: boolean;
  /** The job of the thread's row that runs now: it must not cancel itself. */
  runningJob?: keyof Doc<"threads">["jobs"];
  /** Leaves what is to be cleaned up to the component's cron. */
  schedulesNothing?: boolean;
}

/** What a dispatch has done. */
export interface Dispatched {
  /** The thread as written. */
  thread: LoadedThread;
  /** The message that was stored, if one was. */
  messageId: Id<"messages"> | null;
  /** The turn that ended, if one did. */
  ended: EndedTurn | null;
  /** The calls that the handler which sent the event runs itself, by their index. */
  taken: number[];
  /** The handler that sent the event holds the next step. */
  continued: boolean;
}

/** A dispatch under way: effects change the thread's row, which is written at the end. */
export interface Dispatch extends Dispatched {
  /** The app's functions and settings, read when they are needed. */
  app: () => Promise<Doc<"agents">>;
  writes: Writes;
  /** The thread's state before the event whose effects run. */
  before: ThreadSnapshot;
}

/**
 * Takes a thread through an event: the only writer of its snapshot. Effects run in the same transaction, and an effect may
 * return the event that follows from it.
 *
 * @param loaded - the thread as loaded in this transaction.
 * @returns null when the event is stale or means nothing now; then nothing was written.
 */
export async function dispatch(
  ctx: MutationCtx,
  loaded: LoadedThread,
  event: ThreadEvent,
  writes: Writes = {},
): Promise<Dispatched | null> {
  const now = Date.now();
  const agent = writes.agent?._id ?? loaded.agent;
  const thread = { ...loaded, agent, jobs: { ...loaded.jobs } };
  if (writes.runningJob) thread.jobs[writes.runningJob] = undefined;
  let row = writes.agent;
  const app = async () => (row ??= (await ctx.db.get("agents", agent))!);
  const run: Dispatch = {
    thread,
    app,
    writes,
    before: thread.snapshot,
    messageId: null,
    ended: null,
    taken: [],
    continued: false,
  };
  const transitions: NewTransition[] = [];
  const events = [event];
  for (const next of events) {
    const { snapshot: before } = thread;
    run.before = before;
    const { snapshot, effects, accepted } = stepThread(before, next, now);
    if (!accepted) continue;
    const sender = next === event ? writes.message?.sender : undefined;
    const isFirst = !loaded.logged && transitions.length === 0;
    transitions.push(transitionOf(next, before, snapshot, { at: now, sender, isFirst }));
    thread.snapshot = snapshot;
    for (const effect of effects) {
      const following = await runEffect(ctx, run, effect);
      if (following) events.push(following);
    }
  }
  if (transitions.length === 0) return null;
  if (thread.untidy && !writes.schedulesNothing) await scheduleCleanup(ctx, thread);
  await save(ctx, loaded, run, transitions, now);
  return run;
}

/** Writes the thread's row and its log, and calls the app's mutation on a change of status. */
async function save(
  ctx: MutationCtx,
  before: LoadedThread,
  { thread, app }: Dispatch,
  transitions: NewTransition[],
  now: number,
): Promise<void> {
  thread.status = threadStatus(thread.snapshot);
  if (thread.snapshot.value === "deleted") return;
  const { _id, snapshot, status, agent, jobs, edit, untidy, parked, removals } = thread;
  const enqueuedAt = runningState(snapshot) === "queued" ? thread.enqueuedAt : undefined;
  const logged = await log(ctx, thread, app, before, transitions);
  await ctx.db.patch("threads", _id, {
    snapshot: storeThread(snapshot),
    status,
    agent,
    jobs,
    enqueuedAt,
    edit,
    untidy,
    parked,
    removals,
    logged,
    ...listing(thread, before, now),
  });
  const change = changeBetween(before.status, status);
  if (change) await callStatusHandler(ctx, await app(), change, thread);
}

/**
 * Appends to the thread's log, if its app wants one. A thread that has none by its turn's beginning has none: that saves reading
 * the app's settings.
 */
async function log(
  ctx: MutationCtx,
  thread: LoadedThread,
  app: Dispatch["app"],
  before: LoadedThread,
  transitions: NewTransition[],
): Promise<number | undefined> {
  const isTurnsBegin = thread.snapshot.context.turn !== before.snapshot.context.turn;
  const mayBeLogged = thread.status !== "deleting" && (thread.logged !== undefined || isTurnsBegin);
  return mayBeLogged ? logTransitions(ctx, thread, await app(), transitions) : thread.logged;
}

/**
 * What a thread is found by: a turn that begins brings it to the head of its lists, out of the archive too; deletion takes it
 * out of them, and frees its key.
 */
function listing({ status, snapshot }: LoadedThread, before: LoadedThread, now: number) {
  if (status === "deleting") return { activeAt: undefined, key: undefined };
  if (snapshot.context.turn === before.snapshot.context.turn) return {};
  return { activeAt: now, archived: undefined };
}
