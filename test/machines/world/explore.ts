import { canonical, keyOfWorld } from "./canonical.js";
import { problemsOf, problemsOfEnd, problemsOfMove, type WorldCheck, type WorldProblem } from "./checks.js";
import { remembered } from "./intern.js";
import type { Move } from "./move.js";
import { movesOf } from "./moves.js";
import { prune } from "./prune.js";
import { MACHINES, type HostRules, type Machines, type Transaction } from "./transaction.js";
import { copyWorld, newWorld, type World, type WorldBounds } from "./world.js";

/** What an exploration found. */
export interface WorldReport {
  worlds: number;
  moves: number;
  /** The first, and so a shortest, history that breaks each broken check. */
  broken: Map<WorldCheck, { problem: string; history: { type: string }[] }>;
  /** False where the exploration was cut off at its limit. */
  isComplete: boolean;
}

interface Successor {
  label: string;
  by: Move["by"];
  world: World;
  problems: WorldProblem[];
}

/** What stays the same in an exploration. */
interface Setting {
  machines: Machines;
  rules: HostRules;
}

/** Runs one move on a copy of the world; null when nothing happened. */
function take(
  world: World,
  move: Move,
  { machines, rules }: Setting,
  goesWrong: { isCancelLate?: boolean; isRefused?: boolean } = {},
): Transaction | null {
  const tx: Transaction = {
    world: copyWorld(world),
    machines,
    rules,
    isCancelLate: false,
    hasCancelled: false,
    isRefused: false,
    hasEnqueued: false,
    schedulesNothing: false,
    ...goesWrong,
    asked: [],
    fit: null,
    isContinued: false,
    isShared: false,
    problems: [],
  };
  return move.run(tx) === false ? null : tx;
}

/**
 * What comes of one move: as it should go, with its event on its way again, with its cancelling too late, and with what it
 * schedules refused.
 */
function successorsOf(world: World, move: Move, setting: Setting): Successor[] {
  const isFault = move.by === "fault";
  if ((isFault && world.faults === 0) || (move.by === "user" && world.users === 0)) return [];
  const tx = take(world, move, setting);
  if (!tx) return [];
  const finish = (done: Transaction, label: string, faults: number): Successor => {
    prune(done.world, setting.machines);
    if (isFault && !move.isHarmless) done.world.isUnharmed = false;
    done.world.faults -= faults;
    if (move.by === "user") done.world.users -= 1;
    const by = faults > 0 && move.by === "own" ? "fault" : move.by;
    return { label, by, world: canonical(done.world), problems: done.problems as WorldProblem[] };
  };
  const used = isFault ? 1 : 0;
  const found = [finish(tx, move.label, used)];
  if (world.faults <= used) return found;
  if (move.repeat) {
    const again = take(world, move, setting)!;
    move.repeat(again.world);
    found.push(finish(again, `${move.label} (will come again)`, used + 1));
  }
  if (tx.hasCancelled) {
    const late = take(world, move, setting, { isCancelLate: true })!;
    found.push(finish(late, `${move.label} (cancels too late)`, used + 1));
  }
  if (tx.hasEnqueued) {
    const refused = take(world, move, setting, { isRefused: true })!;
    refused.world.isUnharmed = false;
    found.push(finish(refused, `${move.label} (schedules in vain)`, used + 1));
  }
  return found;
}

/**
 * Explores every world within the bounds, breadth first, and holds each against the checks.
 *
 * @param limit - the number of worlds after which to stop; a broken machine can have very many.
 */
export function exploreWorld(
  bounds: WorldBounds,
  { machines = MACHINES, limit = Infinity }: { machines?: Machines; limit?: number } = {},
): WorldReport {
  const { callsAtOnce = Infinity, inlineAtOnce = 0, sharesExecutors = false } = bounds;
  const setting: Setting = {
    machines: {
      stepThread: remembered(machines.stepThread),
      stepToolCall: remembered(machines.stepToolCall),
    },
    rules: { callsAtOnce, inlineAtOnce, sharesExecutors },
  };
  const broken: WorldReport["broken"] = new Map();
  const ids = new Map<string, number>();
  const parents: number[] = [];
  const labels: string[] = [];
  const ownTargets: number[][] = [];
  const queue: (World | null)[] = [];
  let moves = 0;

  const history = (id: number): { type: string }[] =>
    id <= 0 ? [] : [...history(parents[id]!), { type: labels[id]! }];
  const blame = (found: WorldProblem[], of: () => { type: string }[]) => {
    for (const { check, problem } of found) {
      if (!broken.has(check)) broken.set(check, { problem, history: of() });
    }
  };
  const idOf = (world: World, parent: number, label: string): number => {
    const key = keyOfWorld(world);
    const seen = ids.get(key);
    if (seen !== undefined) return seen;
    const id = ids.size;
    ids.set(key, id);
    parents.push(parent);
    labels.push(label);
    queue.push(world);
    blame(problemsOf(world), () => history(id));
    return id;
  };

  idOf(canonical(newWorld(bounds)), -1, "");
  let id = 0;
  for (; id < queue.length && id < limit; id++) {
    const world = queue[id]!;
    queue[id] = null;
    const own = new Set<number>();
    for (const move of movesOf(world, bounds)) {
      for (const next of successorsOf(world, move, setting)) {
        moves += 1;
        const target = idOf(next.world, id, next.label);
        const found = [...next.problems, ...problemsOfMove(world, next.by, next.world)];
        blame(found, () => [...history(id), { type: next.label }]);
        if (next.by === "own") own.add(target);
      }
    }
    if (own.size === 0) blame(problemsOfEnd(world), () => history(id));
    ownTargets.push([...own]);
  }
  const returning = firstOnCycle(ownTargets);
  if (returning !== null) {
    blame([{ check: "W2", problem: "this world comes back by itself" }], () => history(returning));
  }
  return { worlds: ids.size, moves, broken, isComplete: id === queue.length };
}

/** A node that lies on a cycle or leads only from one, or null where there is no cycle. */
function firstOnCycle(targets: number[][]): number | null {
  const incoming = new Uint32Array(targets.length);
  for (const list of targets) for (const target of list) if (target < incoming.length) incoming[target]! += 1;
  const free = [...incoming.keys()].filter((id) => incoming[id] === 0);
  let removed = 0;
  while (free.length > 0) {
    removed += 1;
    for (const target of targets[free.pop()!]!) {
      if (target >= incoming.length) continue;
      incoming[target]! -= 1;
      if (incoming[target] === 0) free.push(target);
    }
  }
  return removed === targets.length ? null : incoming.findIndex((count) => count > 0);
}
