import type { ThreadEvent, ToolCallPolicy } from "../../../machines/index.js";
import { COST, FAILURE, TOKENS } from "../alphabet.js";
import { leaseOf } from "./canonical.js";
import { dispatch } from "./host.js";
import { delivery, type Move } from "./move.js";
import { abandonRuns, goOn, stayMoves } from "./stayMoves.js";
import type { Transaction } from "./transaction.js";
import type { Handler, World, WorldBounds } from "./world.js";

/** A scheduled stream handler begins, is lost, or begins twice. */
export function jobMoves(world: World, index: number): Move[] {
  const generation = world.jobs[index]!;
  const begin = (tx: Transaction, ...seconds: boolean[]) => {
    tx.world.jobs.splice(index, 1);
    for (const isSecond of seconds) {
      tx.world.handlers.push({ generation, lease: leaseOf(generation, isSecond), stage: "claiming" });
    }
  };
  return [
    { label: "the stream handler begins", by: "own", run: (tx) => begin(tx, false) },
    { label: "the stream handler is lost before it begins", by: "fault", run: (tx) => begin(tx) },
    {
      label: "the stream handler begins twice",
      by: "fault",
      isHarmless: true,
      run: (tx) => begin(tx, false, true),
    },
  ];
}

/** What a stream handler does next; at any time it may die, and with it the tool calls that it runs. */
export function handlerMoves(world: World, handler: Handler, index: number, bounds: WorldBounds): Move[] {
  const death: Move = {
    label: `the stream handler ${handler.lease} dies`,
    by: "fault",
    run: (tx) => {
      tx.world.handlers.splice(index, 1);
      abandonRuns(tx.world, handler);
    },
  };
  return [...workMoves(world, handler, index, bounds), death];
}

/** A stream handler claims its step, ends it in one of the possible ways, or works at its tool calls. */
function workMoves(world: World, handler: Handler, index: number, bounds: WorldBounds): Move[] {
  switch (handler.stage) {
    case "claiming":
      return [claimMove(handler, index)];
    case "streaming": {
      const asks = ([] as WorldBounds["toolSets"]).concat([[]], bounds.toolSets);
      return [
        ...asks.flatMap((asked) => commitMoves(handler, index, asked, bounds)),
        ...[true, false].map((retryable) => failureMove(handler, index, retryable)),
      ];
    }
    default:
      return stayMoves(world, handler, index);
  }
}

function claimMove(handler: Handler, index: number): Move {
  const { generation, lease } = handler;
  const event: ThreadEvent = { type: "STREAM_STARTED", generation, lease };
  return delivery("own", event, (tx) => {
    tx.world.handlers.splice(index, 1);
    if (!dispatch(tx, event)) return;
    tx.world.streams.push(generation);
    tx.world.handlers.push({ ...handler, stage: "streaming" });
  });
}

/** A stream handler commits its step, and leaves or stays for the tool calls; then it may lose the answer and ask again. */
function commitMoves(
  handler: Handler,
  index: number,
  asked: (ToolCallPolicy | null)[],
  { inlineAtOnce = 0 }: WorldBounds,
): Move[] {
  const { generation, lease } = handler;
  const toolCalls = asked.length;
  const event: ThreadEvent = {
    type: "STREAM_FINISHED",
    generation,
    lease,
    toolCalls,
    tokens: TOKENS,
    cost: COST,
  };
  const commit = (tx: Transaction, isFit: boolean, isAnswered = true) => {
    tx.world.handlers.splice(index, 1);
    Object.assign(tx, { asked, fit: isFit ? handler : null });
    dispatch(tx, event);
    return goOn(tx, handler, isAnswered);
  };
  const leaves = delivery("own", event, (tx) => void commit(tx, false));
  if (inlineAtOnce === 0 || toolCalls === 0) return [leaves];
  const stays = delivery("own", event, (tx) => void commit(tx, true));
  return [
    leaves,
    { ...stays, label: `${event.type}, with time for more` },
    {
      label: `${event.type}, whose answer is lost`,
      by: "fault",
      isHarmless: true,
      run: (tx) => commit(tx, true, false),
    },
  ];
}

function failureMove({ generation, lease }: Handler, index: number, retryable: boolean): Move {
  const failure = { retryable, retryAfterMs: null, error: FAILURE };
  const event: ThreadEvent = { type: "STREAM_FAILED", generation, lease, ...failure };
  return delivery("own", event, (tx) => {
    tx.world.handlers.splice(index, 1);
    dispatch(tx, event);
  });
}
