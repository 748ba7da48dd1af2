import { pendingState } from "../../../machines/toolCall/states.js";
import { beginRun } from "./callMoves.js";
import { dispatchToCall } from "./host.js";
import type { Move } from "./move.js";
import { runsOf } from "./stayMoves.js";
import { endRuns, isAwaited } from "./transaction.js";
import type { Call, Job, Runner, World } from "./world.js";

/** What happens to several calls at once: an executor that they share begins, is lost, reports or dies, or seems to be dead. */
export function sharedMoves(world: World): Move[] {
  const generations = [...new Set(world.calls.map(({ generation }) => generation))];
  return generations.flatMap((generation) => [
    ...jobMoves(world, generation),
    ...runMoves(world, generation),
    ...(["shared", "handler"] as const).flatMap((runner) => misjudged(world, generation, runner)),
  ]);
}

const isShared = ({ runner }: Job): boolean => runner === "shared";

function jobMoves({ calls }: World, generation: number): Move[] {
  const isIn = (call: Call) => call.generation === generation && call.jobs.some(isShared);
  if (!calls.some(isIn)) return [];
  const taken = (world: World) =>
    world.calls.filter(isIn).map((row): [Call, Job] => {
      const job = row.jobs.find(isShared)!;
      row.jobs = row.jobs.filter((one) => one !== job);
      return [row, job];
    });
  return [
    {
      label: "the shared executor begins",
      by: "own",
      run: (tx) => {
        for (const [row, job] of taken(tx.world)) beginRun(tx, row, job);
      },
    },
    { label: "the shared executor is lost before it begins", by: "fault", run: (tx) => void taken(tx.world) },
  ];
}

function runMoves(world: World, generation: number): Move[] {
  const runs = runsOf(world, generation, "shared");
  if (runs.length === 0) return [];
  const done = runs.filter(({ report }) => report !== null);
  const death: Move = {
    label: "the shared executor dies",
    by: "fault",
    run: ({ world: { calls } }) => {
      for (const call of calls.filter((one) => one.generation === generation)) endRuns(call, isShared);
    },
  };
  const together: Move = {
    label: "the shared executor reports all that it has",
    by: "own",
    run: (tx) => {
      const rows = done.map(({ index, epoch, report }) => ({ row: tx.world.calls[index]!, epoch, report }));
      for (const { row, epoch, report } of rows) {
        row.executors = row.executors.filter((run) => !isShared(run) || run.epoch !== epoch);
        dispatchToCall(tx, row, report!);
      }
    },
    repeat: ({ calls }) => {
      for (const { index, report } of done) calls[index]?.late.push(report!);
    },
  };
  return [death, ...(done.length > 1 ? [together] : [])];
}

/** A process that runs several calls is taken for dead although it lives. */
function misjudged(world: World, generation: number, runner: Runner): Move[] {
  const state = runner === "handler" ? "inline" : "executing";
  const runs = runsOf(world, generation, runner).filter(({ index, epoch }) => {
    const { snapshot } = world.calls[index]!;
    return pendingState(snapshot) === state && snapshot.context.epoch === epoch;
  });
  if (runs.length < 2 || !isAwaited(world, world.calls[runs[0]!.index]!)) return [];
  return [
    {
      label: `EXECUTOR_DIED of ${runs.length} calls, which live`,
      by: "fault",
      run: (tx) => {
        const rows = runs.map(({ index, epoch }) => ({ row: tx.world.calls[index]!, epoch }));
        for (const { row, epoch } of rows) dispatchToCall(tx, row, { type: "EXECUTOR_DIED", epoch });
      },
    },
  ];
}
