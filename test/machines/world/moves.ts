import { holdsLease } from "../../../machines/describe.js";
import type { ThreadEvent } from "../../../machines/index.js";
import { currentCall } from "../../../machines/thread/context.js";
import { FAILURE, PLACE, TOKENS } from "../alphabet.js";
import { leaseOf } from "./canonical.js";
import { callMoves } from "./callMoves.js";
import { dispatch, type Transaction } from "./host.js";
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
    ...world.timers.flatMap((timer, index) => timerMoves(world, timer, index)),
    ...world.late.map((event, index): Move => ({
      label: `${event.type} a second time`,
      by: "own",
      run: (tx) => {
        tx.world.late.splice(index, 1);
        dispatch(tx, event);
      },
    })),
    ...world.calls.flatMap((call, index) => callMoves(call, index)),
    ...userMoves(world, bounds),
  ];
}

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

/** Whether the runner that a watchdog watches is still there: scheduled, or at work. */
function isAlive(world: World, generation: number, lease: string | null): boolean {
  if (lease !== null) return world.handlers.some((one) => one.lease === lease);
  return (
    world.jobs.includes(generation) ||
    world.handlers.some((one) => one.generation === generation && !one.hasClaimed)
  );
}

/** A scheduled mutation runs. A watchdog asks for the truth first; too early is when it believes a silent runner dead. */
function timerMoves(world: World, timer: ThreadTimer, index: number): Move[] {
  const due = (event: ThreadEvent, by: Move["by"] = "own") =>
    delivery(by, event, (tx) => {
      tx.world.timers.splice(index, 1);
      dispatch(tx, event);
    });
  switch (timer.type) {
    case "retry":
      return [due({ type: "RETRY_DUE", generation: timer.generation })];
    case "turn":
      return [due({ type: "TIME_UP", turn: timer.turn, budget: timer.budget })];
    case "truncate":
      return [due({ type: "TRUNCATED", revision: timer.revision })];
    case "copy":
      return [due({ type: "COPIED", revision: timer.revision })];
    case "purge":
      return [
        delivery("own", { type: "PURGED" }, (tx) => {
          tx.world.timers.splice(index, 1);
          tx.world.calls = [];
          tx.world.streams = [];
          dispatch(tx, { type: "PURGED" });
        }),
      ];
    case "watchdog": {
      const { generation, lease } = timer;
      const event: ThreadEvent = { type: "LEASE_EXPIRED", generation, lease };
      if (!isAlive(world, generation, lease)) return [due(event)];
      return [{ ...due(event, "fault"), label: "LEASE_EXPIRED although its runner lives" }];
    }
  }
}

/** The handlers that the thread would let write. */
export const ownersOf = ({ thread, handlers }: World): Handler[] =>
  handlers.filter((handler) => handler.hasClaimed && holdsLease(thread, handler));
