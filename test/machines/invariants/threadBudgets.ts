import type { ThreadContext } from "../../../machines/index.js";
import type { Failure } from "../../../machines/failure.js";
import type { TurnOutcome } from "../../../machines/thread/effects.js";
import { TICK_MS } from "../alphabet.js";
import type { ThreadEdge, ThreadGraph } from "../explore.js";
import { firstOf, ignored, must, onEdges, same, type Invariant } from "./invariant.js";
import { effectsOf, isRunning, isSettled, place } from "./threadPlaces.js";
import { beginsTurn, leavesTurn, limitsReached, settlesTools, wantsTurn, withStep } from "./threadTurns.js";

const OUTCOMES: Record<string, TurnOutcome> = {
  ...{ STREAM_FINISHED: "completed", STREAM_FAILED: "failed", LEASE_EXPIRED: "failed" },
  ...{ ENQUEUE_FAILED: "failed", GIVE_UP: "failed" },
  ...{ TOOLS_SETTLED: "stopped", STREAM_CONTINUED: "stopped", TIME_UP: "stopped", STOP: "stopped" },
  ...{ INTERRUPT: "interrupted", REWIND: "rewound", DELETE: "deleted" },
};

/** The limit or the user that ends the turn, or null. */
function reasonOf({ from, event }: ThreadEdge): string | null {
  if (event.type === "STOP") return "user";
  if (event.type === "TIME_UP") return event.budget;
  return settlesTools(event) ? limitsReached(from.context)[0]! : null;
}

const HANDLER_DIED: Failure = {
  code: "handler_died",
  message: "The stream handler stopped responding, on its last attempt too.",
};

/** Why the turn fails that an event ends. */
const errorOf = (event: ThreadEdge["event"]): Failure => ("error" in event ? event.error : HANDLER_DIED);

/** The least time that a budget leaves for a turn, and that budget; null where there is none. */
function timeOf({ maxTurnMs, maxThreadMs, threadMs }: ThreadContext) {
  const times = [
    { ms: maxTurnMs ?? Infinity, budget: "maxTurnMs" },
    { ms: (maxThreadMs ?? Infinity) - threadMs, budget: "maxThreadMs" },
  ].filter(({ ms }) => ms < Infinity);
  return times.sort((a, b) => a.ms - b.ms)[0] ?? null;
}

export const budgets: Invariant<ThreadGraph>[] = [
  onEdges(
    "I19",
    "a turn that ran is recorded once, when it ends, with its outcome",
    ({ step }) => step.accepted,
    (edge) => {
      const { turn, startedAt } = edge.from.context;
      const { steps, tokens, cost } = withStep(edge);
      const outcome = OUTCOMES[edge.event.type];
      const error = outcome === "failed" ? errorOf(edge.event) : null;
      const how = { outcome, stopReason: reasonOf(edge), error, attempts: edge.from.context.attempt };
      const params = { turn, steps, tokens, cost, startedAt, endedAt: startedAt + TICK_MS, ...how };
      return same(
        "recordTurn",
        effectsOf(edge, "recordTurn"),
        leavesTurn(edge) ? [{ type: "recordTurn", params }] : [],
      );
    },
  ),
  onEdges(
    "I20",
    "no model call begins once a budget of steps, tokens, cost or time is spent",
    (edge) => effectsOf(edge, "enqueueStream").length > 0 || effectsOf(edge, "continueStream").length > 0,
    ({ step }) => same("the limits reached", limitsReached(step.snapshot.context), []),
  ),
  onEdges(
    "I21",
    "beginning a turn arms its timer, for the least time that a budget leaves it, and nothing else does",
    ({ step }) => step.accepted,
    (edge) => {
      const { context } = edge.step.snapshot;
      const timer = { type: "armTurnTimer", params: { turn: context.turn, time: timeOf(context) } };
      return same("armTurnTimer", effectsOf(edge, "armTurnTimer"), beginsTurn(edge) ? [timer] : []);
    },
  ),
  onEdges(
    "I22",
    "tokens and cost are counted with their step and time with its turn, for the thread too if it has a budget of them; a turn begins with none",
    ({ step }) => step.accepted,
    (edge) => {
      const { from, event, step } = edge;
      const counted = withStep(edge);
      const none = { input: 0, output: 0, reasoning: 0, cached: 0, cacheWrite: 0, total: 0 };
      const isNew = wantsTurn(edge) || ["REWIND", "DELETE"].includes(event.type);
      const isRenewed = (reason: string) => event.type === "RESUME" && from.context.stopReason === reason;
      const ran = leavesTurn(edge) && from.context.maxThreadMs !== null ? TICK_MS : 0;
      const { tokens, cost, threadTokens, threadCost, threadMs, startedAt } = step.snapshot.context;
      return firstOf(
        same("tokens", tokens, isNew ? none : counted.tokens),
        same("cost", cost, isNew ? 0 : counted.cost),
        same("threadCost", threadCost, isRenewed("maxThreadCost") ? 0 : counted.threadCost),
        same("threadTokens", threadTokens, isRenewed("maxThreadTokens") ? 0 : counted.threadTokens),
        same("threadMs", threadMs, isRenewed("maxThreadMs") ? 0 : from.context.threadMs + ran),
        same("startedAt", startedAt, from.context.startedAt + (wantsTurn(edge) ? TICK_MS : 0)),
      );
    },
  ),
  onEdges(
    "I23",
    "TIME_UP cuts off the turn that it names, and changes nothing in another turn or when none runs",
    ({ event }) => event.type === "TIME_UP",
    (edge) => {
      const { from, event, step } = edge;
      const isCurrent = "turn" in event && event.turn === from.context.turn;
      if (!isRunning(from) || !isCurrent) return ignored(edge);
      const { generation } = from.context;
      const cut = step.effects.slice(1, 4);
      return firstOf(
        must(leavesTurn(edge), "the turn goes on"),
        same("effects", cut, [
          { type: "abortStream", params: { generation, keep: true } },
          { type: "cancelTools", params: { generation } },
          { type: "cancelTimers" },
        ]),
      );
    },
  ),
  onEdges(
    "I24",
    "a stopped thread says why: its user, or the limit that was reached",
    ({ step }) => step.accepted && place(step.snapshot) === "settled.stopped",
    (edge) => {
      const { event, from, step } = edge;
      const { stopReason } = step.snapshot.context;
      if (wantsTurn(edge)) return same("stopReason", stopReason, limitsReached(step.snapshot.context)[0]);
      if (isSettled(from)) return same("stopReason", stopReason, from.context.stopReason);
      const isPrepared = ["TRUNCATED", "COPIED"].includes(event.type);
      return same("stopReason", stopReason, isPrepared ? "user" : reasonOf(edge));
    },
  ),
];
