import { holdsLease, mayContinue } from "../../../machines/describe.js";
import type { ToolCallEvent } from "../../../machines/index.js";
import { dispatchToCall } from "./host.js";
import type { Move } from "./move.js";
import { endRuns, type Transaction } from "./transaction.js";
import type { Call, Executor, Handler, World } from "./world.js";

/** A tool call that its step's stream handler runs, and what is reported of it. */
interface Report {
  index: number;
  epoch: number;
  event: ToolCallEvent;
}

/** The runs of a step's calls that are in the hands of one process. */
export const runsOf = (
  { calls }: World,
  generation: number,
  runner: Executor["runner"],
): (Executor & { index: number })[] =>
  calls.flatMap((call, index) =>
    call.generation === generation
      ? call.executors.filter((run) => run.runner === runner).map((run) => ({ ...run, index }))
      : [],
  );

/** Whether the thread has handed the handler, which may not know it yet, the step after the one that it has committed. */
export const holdsNext = ({ thread }: World, { generation, lease }: Handler): boolean =>
  holdsLease(thread, { generation: generation + 1, lease });

/** Whether the handler runs calls of the step that it has committed. */
export const hasRuns = (world: World, { generation }: Handler): boolean =>
  runsOf(world, generation, "handler").length > 0;

/** Whether the thread awaits calls that the handler runs. */
const staysFor = (world: World, handler: Handler): boolean =>
  mayContinue(world.thread, handler) && hasRuns(world, handler);

/** The tool calls that a stream handler runs end with it. */
export function abandonRuns({ calls }: World, { generation }: Handler): void {
  const isIts = (call: Call) => call.generation === generation;
  for (const call of calls.filter(isIts)) endRuns(call, ({ runner }) => runner === "handler");
}

/**
 * What a stream handler does once it has committed its step or reported outcomes: go on with the next step, stay for its
 * calls, or leave. If the answer is lost it asks again; returns false if that makes no difference.
 */
export function goOn(tx: Transaction, handler: Handler, isAnswered: boolean): boolean {
  const { world } = tx;
  if (!isAnswered) {
    world.handlers.push({ ...handler, stage: "asking" });
    return holdsNext(world, handler) || staysFor(world, handler);
  }
  take(world, handler, tx.isContinued);
  return true;
}

function take(world: World, handler: Handler, isContinued: boolean): void {
  const { generation } = handler;
  if (isContinued) world.handlers.push({ ...handler, generation: generation + 1, stage: "streaming" });
  else if (staysFor(world, handler)) world.handlers.push({ ...handler, stage: "tools" });
  else abandonRuns(world, handler);
}

/** A stream handler that has committed its step reports what came of calls, some at a time, or asks what became of a report. */
export function stayMoves(world: World, handler: Handler, index: number): Move[] {
  if (handler.stage === "asking") return [askMove(handler, index)];
  const runs = runsOf(world, handler.generation, "handler");
  const reports = runs.flatMap(({ report: event, ...run }): Report[] => (event ? [{ ...run, event }] : []));
  const together = reports.length > 1 ? [reports] : [];
  const notBegun = runs
    .filter(({ report }) => report === null)
    .map(({ epoch, ...run }): Report => ({ ...run, epoch, event: { type: "NOT_BEGUN", epoch } }));
  return [
    ...[...reports.map((one) => [one]), ...together].flatMap((some) => reportMoves(handler, index, some)),
    ...notBegun.flatMap((one) =>
      [true, false].map((isFit): Move => ({ ...reportMove(handler, index, [one], isFit), by: "fault" })),
    ),
  ];
}

function askMove(handler: Handler, index: number): Move {
  return {
    label: `the stream handler ${handler.lease} asks again`,
    by: "own",
    run: ({ world }) => {
      world.handlers.splice(index, 1);
      take(world, handler, holdsNext(world, handler));
    },
  };
}

/** The report goes as it should, with time for more or without, or its answer is lost. */
function reportMoves(handler: Handler, index: number, reports: Report[]): Move[] {
  const inTime = reportMove(handler, index, reports, true);
  return [
    inTime,
    { ...reportMove(handler, index, reports, false), label: `${inTime.label}, at the end of its slice` },
    {
      label: `${inTime.label}, whose answer is lost`,
      by: "fault",
      isHarmless: true,
      run: (tx) => report(tx, { handler, index, reports, isFit: true, isAnswered: false }),
    },
  ];
}

function reportMove(handler: Handler, index: number, reports: Report[], isFit: boolean): Move {
  const { generation, lease } = handler;
  return {
    label: reports.map((one) => `${one.event.type} of call ${one.index}`).join(" and "),
    by: "own",
    run: (tx) => void report(tx, { handler, index, reports, isFit, isAnswered: true }),
    repeat: (world) => {
      for (const one of reports) world.calls[one.index]?.late.push(one.event);
      if (isFit && world.thread.context.generation !== generation)
        world.late.push({ type: "STREAM_CONTINUED", generation, lease });
    },
  };
}

interface Reporting {
  handler: Handler;
  index: number;
  reports: Report[];
  isFit: boolean;
  isAnswered: boolean;
}

function report(tx: Transaction, { handler, index, reports, isFit, isAnswered }: Reporting): boolean {
  tx.world.handlers.splice(index, 1);
  tx.fit = isFit ? handler : null;
  const rows = reports.map((one) => ({ ...one, row: tx.world.calls[one.index]! }));
  for (const { row, epoch, event } of rows) {
    row.executors = row.executors.filter((run) => run.runner !== "handler" || run.epoch !== epoch);
    dispatchToCall(tx, row, event);
  }
  return goOn(tx, handler, isAnswered);
}
