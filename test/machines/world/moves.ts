import { holdsLease, mayContinue } from "../../../machines/describe.js";
import type { ThreadEvent } from "../../../machines/index.js";
import { currentCall } from "../../../machines/thread/context.js";
import { PLACE } from "../alphabet.js";
import { callMoves } from "./callMoves.js";
import { handlerMoves, jobMoves } from "./handlerMoves.js";
import { dispatch, dispatchToCall } from "./host.js";
import { delivery, type Move } from "./move.js";
import { sharedMoves } from "./sharedMoves.js";
import { holdsNext } from "./stayMoves.js";
import { isAwaited, isPending, type Transaction } from "./transaction.js";
import { restoreMove, watchMoves } from "./watchMoves.js";
import type { Handler, ThreadTimer, World, WorldBounds } from "./world.js";

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
    ...sharedMoves(world),
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

/** Whether the thread would let the handler write, or go on as soon as its tool calls have outcomes. */
function isOwner(world: World, handler: Handler): boolean {
  if (handler.stage === "claiming") return false;
  if (handler.stage === "streaming") return holdsLease(world.thread, handler);
  return mayContinue(world.thread, handler) || (handler.stage === "asking" && holdsNext(world, handler));
}

/** The handlers that hold the thread's step, or stay for its tool calls. */
export const ownersOf = (world: World): Handler[] =>
  world.handlers.filter((handler) => isOwner(world, handler));
