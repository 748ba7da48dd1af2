import type { ThreadContext, ThreadEvent, ThreadSnapshot } from "../../../machines/index.js";
import type { ThreadEdge } from "../explore.js";
import { isMessage, isPreparing, isRunning, isSettled, place } from "./threadPlaces.js";

/** When turns begin and end, said a second time and without XState. */
type Given = Pick<ThreadEdge, "from" | "event">;

export const hasWaiting = ({ context }: ThreadSnapshot): boolean => context.queued + context.steered > 0;

/** The limits that let no further model call begin, in the order in which they are named. */
export function limitsReached(context: ThreadContext): string[] {
  const { steps, tokens, cost, threadTokens, threadCost, threadMs } = context;
  const used = {
    maxSteps: steps,
    maxTurnTokens: tokens.total,
    maxTurnCost: cost,
    maxThreadTokens: threadTokens,
    maxThreadCost: threadCost,
    maxThreadMs: threadMs,
  };
  return Object.entries(used)
    .filter(([name, spent]) => spent >= (context[name as keyof typeof used] ?? Infinity))
    .map(([name]) => name);
}

/** What a step that finishes has used, or null where no step finishes. */
const finished = (event: ThreadEvent) => (event.type === "STREAM_FINISHED" ? event : null);

/** The context with the step counted that the event finishes. */
export function withStep({ from: { context }, event }: Given): ThreadContext {
  const step = finished(event);
  const add = (name: keyof ThreadContext["tokens"]) => context.tokens[name] + (step?.tokens?.[name] ?? 0);
  const [input, output, reasoning] = [add("input"), add("output"), add("reasoning")];
  return {
    ...context,
    steps: context.steps + (step ? 1 : 0),
    tokens: {
      ...{ input, output, reasoning },
      ...{ cached: add("cached"), cacheWrite: add("cacheWrite"), total: add("total") },
    },
    cost: context.cost + (step?.cost ?? 0),
    // Counted only where there is a budget: the row is not to grow for nothing.
    threadCost: context.threadCost + (context.maxThreadCost === null ? 0 : (step?.cost ?? 0)),
    threadTokens: context.threadTokens + (context.maxThreadTokens === null ? 0 : (step?.tokens?.total ?? 0)),
  };
}

/** The turn goes on although the model has answered: there are messages for its next step, and there may be one. */
export const isSteered = (edge: Given): boolean =>
  finished(edge.event)?.toolCalls === 0 &&
  edge.from.context.steered > 0 &&
  limitsReached(withStep(edge)).length === 0;

/** The last tool call of a step has its outcome, whoever reports it. */
export const settlesTools = ({ type }: ThreadEvent): boolean =>
  type === "TOOLS_SETTLED" || type === "STREAM_CONTINUED";

/** The event ends the turn that is running, not by somebody's will: a message that waits is then taken up. */
export function endsTurn({ from, event }: Given): boolean {
  const { attempt, maxAttempts } = from.context;
  if (!isRunning(from)) return false;
  switch (event.type) {
    case "STREAM_FINISHED":
      return event.toolCalls === 0 && !isSteered({ from, event });
    case "STREAM_FAILED":
      return !event.retryable || attempt >= maxAttempts;
    case "LEASE_EXPIRED":
    case "ENQUEUE_FAILED":
      return attempt >= maxAttempts;
    case "TOOLS_SETTLED":
    case "STREAM_CONTINUED":
      return limitsReached(from.context).length > 0;
    default:
      return event.type === "TIME_UP";
  }
}

/** The edge wants the next turn, which begins if the thread has any budget left. */
export function wantsTurn({ from, event, step }: ThreadEdge): boolean {
  if (!step.accepted) return false;
  if (isSettled(from)) return isMessage(event) || event.type === "RESUME";
  if (isPreparing(from) && ["TRUNCATED", "COPIED"].includes(event.type))
    return hasWaiting(from) || place(from) === "preparing.truncating";
  return isRunning(from) && (event.type === "INTERRUPT" || (hasWaiting(from) && endsTurn({ from, event })));
}

/** The edge begins a turn. */
export const beginsTurn = (edge: ThreadEdge): boolean =>
  wantsTurn(edge) && limitsReached(edge.step.snapshot.context).length === 0;

/** The edge ends a turn that ran. */
export const leavesTurn = (edge: ThreadEdge): boolean =>
  edge.step.accepted && isRunning(edge.from) && (!isRunning(edge.step.snapshot) || wantsTurn(edge));
