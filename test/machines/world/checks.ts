import { isGone, isPreparing, isRunning, isSettled, place } from "../invariants/threadPlaces.js";
import type { Move } from "./move.js";
import { ownersOf } from "./moves.js";
import { isPending } from "./transaction.js";
import { lookMoves } from "./watchMoves.js";
import type { World } from "./world.js";

/** What each check of the world model says. */
export const WORLD_CHECKS = {
  W1: "with no further faults or users, what is under way settles every world, in whatever order it happens",
  W2: "with no further faults or users, no world repeats",
  W3: "at most one stream handler holds the thread's step or stays for its tool calls, and each step is committed at most once",
  W4: "a settled thread never comes back to life by itself",
  W5: "no stored message is left unread in a thread that completed, failed or reached a limit, unless it was given up",
  W6: "a call is pending only while its thread waits for it, or until that is cleaned up, and its outcome never changes",
  W7: "a tool's handler has its effect at most once per attempt, and never again where that is in doubt",
  W8: "a stream is open exactly while the thread is streaming",
  W9: "a call that needs approval has its effect only after somebody approved it",
  W10: "unless somebody died or something was lost other than an answer, nobody is taken for dead and nothing scheduled again",
} as const;

export type WorldCheck = keyof typeof WORLD_CHECKS;

export interface WorldProblem {
  check: WorldCheck;
  problem: string;
}

/** What is wrong with a world as it stands. */
export function problemsOf(world: World): WorldProblem[] {
  const { thread, calls, streams, unread } = world;
  const hasUnread = unread.queued + unread.steered > 0;
  const { generation, stopReason } = thread.context;
  const problems: WorldProblem[] = [];
  const at = place(thread);
  if (ownersOf(world).length > 1)
    problems.push({ check: "W3", problem: "two stream handlers own the thread" });
  if (
    hasUnread &&
    !world.isGivenUp &&
    (["settled.completed", "settled.failed"].includes(at) ||
      (at === "settled.stopped" && stopReason !== "user"))
  ) {
    problems.push({ check: "W5", problem: `the thread is ${at} and a message waits` });
  }
  const isForgotten = (call: World["calls"][number]) =>
    isPending(call) && (at !== "running.tools" || call.generation !== generation);
  if (!world.isUntidy && calls.some(isForgotten)) {
    problems.push({ check: "W6", problem: `a call is pending and the thread is in ${at}` });
  }
  const expected = at === "running.streaming" ? [generation] : [];
  if (streams.join() !== expected.join()) {
    problems.push({ check: "W8", problem: `in ${at}, ${streams.length} streams are open` });
  }
  const [rescue] = world.isUnharmed ? lookMoves(world) : [];
  if (rescue) problems.push({ check: "W10", problem: `${rescue.label}, in ${at}` });
  return problems;
}

/** What is wrong with a move from one world to the next. */
export function problemsOfMove(from: World, by: Move["by"], to: World): WorldProblem[] {
  const isResurrected = isSettled(from.thread) && by !== "user" && place(from.thread) !== place(to.thread);
  const isUndeleted = isGone(from.thread) && !isGone(to.thread);
  return isResurrected || isUndeleted
    ? [{ check: "W4", problem: `${place(from.thread)} became ${place(to.thread)}` }]
    : [];
}

/** What is wrong with a world in which nothing happens any more unless a user does something. */
export function problemsOfEnd(world: World): WorldProblem[] {
  const at = place(world.thread);
  if (isRunning(world.thread) || isPreparing(world.thread) || at === "deleting") {
    return [{ check: "W1", problem: `the thread is in ${at} and nothing is under way` }];
  }
  const pending = world.calls.filter(isPending).length;
  return pending > 0
    ? [{ check: "W1", problem: `${pending} calls are pending and nothing is under way` }]
    : [];
}
