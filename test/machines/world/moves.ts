import { holdsLease } from "../../../machines/describe.js";
import type { ThreadEvent } from "../../../machines/index.js";
import { currentCall } from "../../../machines/thread/context.js";
import { FAILURE, PLACE, TOKENS } from "../alphabet.js";
import { leaseOf } from "./canonical.js";
import { callMoves } from "./callMoves.js";
import { dispatch, dispatchToCall, isAwaited, isPending, type Transaction } from "./host.js";
import { restoreMove, watchMoves } from "./watchMoves.js";
import type { Handler, ThreadTimer, World, WorldBounds } from "./world.js";

/** One thing that can happen next: one transaction, or one process that begins, goes on or dies. */
export interface Move {
  label: string;
  /** Fault moves use up the world's budget of faults, and users' moves that of users. */
  by: "own" | "fault" | "user";
  /** Returns false when nothing happened after all. */
  run: (tx: Transaction) => boolean | void;
  /** Puts the delivered event on its way a second time. */
  repeat?: (world: World) => void;
}

/** A move that delivers an event, which may arrive twice. */
function delivery(by: Move["by"], event: ThreadEvent, around: (tx: Transaction) => void): Move {
  return { label: event.type, by, run: around, repeat: (world) => world.late.push(event) };
}

/** Everything that can happen next, the bounds permitting. */
export function movesOf(world: World, bounds: WorldBounds): Move[] {
  return [
    ...world.jobs.flatMap((_, index) => jobMoves(world, index)),
    ...world.handlers.flatMap((handler, index) => handlerMoves(world, handler, index, bounds)),
    ...world.timers.flatMap((timer, index) => timerMoves(timer, index)),
    ...watchMoves(world),
    ...(isBusy(world) ? [restoreMove] : []),
    ...world.late.map((event, index): Move => ({
      label: `${event.type} a second time`,
      by: "own",
      run: (tx) => {
        tx.world.late.splice(index, 1);
        dispatch(tx, event);
      },
    })),
    ...world.calls.flatMap((call, index) => callMoves(world, call, index)),
    ...userMoves(world, bounds),
  ];
}

/** Whether anything is scheduled or runs. */
const isBusy = ({ jobs, handlers, timers, isWatched }: World): boolean =>
  isWatched || jobs.length + handlers.length + timers.length > 0;

/** What users may do: a message is taken back only while its row waits, and only a new thread is a fork. */
function userMoves({ unread, thread }: World, { asks }: WorldBounds): Move[] {
  const { turn, step } = currentCall(thread.context);
  const events: ThreadEvent[] = [
    ...(["SEND", "STEER", "INTERRUPT", "APPEND", "STOP", "RESUME", "DELETE"] as const).map((type) => ({
      type,
    })),
    { type: "REWIND", from: PLACE },
    { type: "FORK", source: "another thread", upTo: PLACE, turn: thread.context.turn },
    ...(unread.queued > 0 ? [{ type: "WITHDRAW", turn: thread.context.turn + 1, step: 0 } as const] : []),
    ...(unread.steered > 0 ? [{ type: "WITHDRAW", turn, step: step + 0.5 } as const] : []),
  ];
  return events
    .filter(({ type }) => asks.includes(type))
    .map((event) => ({ label: `the user's ${event.type}`, by: "user", run: (tx) => dispatch(tx, event) }));
}

/** A scheduled stream handler begins, is lost, or begins twice. */
function jobMoves(world: World, index: number): Move[] {
  const generation = world.jobs[index]!;
  const begin = (tx: Transaction, ...seconds: boolean[]) => {
    tx.world.jobs.splice(index, 1);
    for (const isSecond of seconds) {
      tx.world.handlers.push({ generation, lease: leaseOf(generation, isSecond), hasClaimed: false });
    }
  };
  return [
    { label: "the stream handler begins", by: "own", run: (tx) => begin(tx, false) },
    { label: "the stream handler is lost before it begins", by: "fault", run: (tx) => begin(tx) },
    { label: "the stream handler begins twice", by: "fault", run: (tx) => begin(tx, false, true) },
  ];
}

/** A stream handler claims its step, ends it in one of the possible ways, or dies. */
function handlerMoves(world: World, handler: Handler, index: number, { toolSets }: WorldBounds): Move[] {
  const { generation, lease, hasClaimed } = handler;
  const owner = { generation, lease };
  const leave = (tx: Transaction) => tx.world.handlers.splice(index, 1);
  const death: Move = { label: `the stream handler ${lease} dies`, by: "fault", run: (tx) => void leave(tx) };
  if (!hasClaimed) {
    const claim = delivery("own", { type: "STREAM_STARTED", ...owner }, (tx) => {
      leave(tx);
      if (!dispatch(tx, { type: "STREAM_STARTED", ...owner })) return;
      tx.world.streams.push(generation);
      tx.world.handlers.push({ ...handler, hasClaimed: true });
    });
    return [claim, death];
  }
  const ends = ([] as WorldBounds["toolSets"]).concat([[]], toolSets).map((asked) => {
    const event: ThreadEvent = { type: "STREAM_FINISHED", ...owner, toolCalls: asked.length, tokens: TOKENS };
    return delivery("own", event, (tx) => {
      leave(tx);
      tx.asked = asked;
      dispatch(tx, event);
    });
  });
  const failures = [true, false].map((retryable) => {
    const event: ThreadEvent = {
      type: "STREAM_FAILED",
      ...owner,
      retryable,
      retryAfterMs: null,
      error: FAILURE,
    };
    return delivery("own", event, (tx) => {
      leave(tx);
      dispatch(tx, event);
    });
  });
  return [...ends, ...failures, death];
}

/** A scheduled mutation runs, or is lost. */
function timerMoves(timer: ThreadTimer, index: number): Move[] {
  const drop = (tx: Transaction) => void tx.world.timers.splice(index, 1);
  const lost: Move = { label: `the ${timer.type} timer is lost`, by: "fault", run: drop };
  return [dueMove(timer, drop), lost];
}

function dueMove(timer: ThreadTimer, drop: (tx: Transaction) => void): Move {
  const due = (event: ThreadEvent) =>
    delivery("own", event, (tx) => {
      drop(tx);
      dispatch(tx, event);
    });
  switch (timer.type) {
    case "retry":
      return due({ type: "RETRY_DUE", generation: timer.generation });
    case "turn":
      return due({ type: "TIME_UP", turn: timer.turn, budget: timer.budget });
    case "truncate":
      return due({ type: "TRUNCATED", revision: timer.revision });
    case "copy":
      return due({ type: "COPIED", revision: timer.revision });
    case "cleanup":
      return {
        label: "the cleanup",
        by: "own",
        run: (tx) => {
          drop(tx);
          for (const call of tx.world.calls)
            if (isPending(call) && !isAwaited(tx.world, call)) dispatchToCall(tx, call, { type: "CANCEL" });
          tx.world.isUntidy = false;
        },
      };
    case "purge":
      return delivery("own", { type: "PURGED" }, (tx) => {
        drop(tx);
        Object.assign(tx.world, { calls: [], streams: [], isUntidy: false });
        dispatch(tx, { type: "PURGED" });
      });
  }
}

/** The handlers that the thread would let write. */
export const ownersOf = ({ thread, handlers }: World): Handler[] =>
  handlers.filter((handler) => handler.hasClaimed && holdsLease(thread, handler));
