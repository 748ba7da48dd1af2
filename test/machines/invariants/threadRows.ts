import { DEFAULT_TURN_LIMITS, describeThread, type ThreadSnapshot } from "../../../machines/index.js";
import type { ThreadEdge, ThreadGraph } from "../explore.js";
import { firstOf, must, onEdges, onStates, same, type Invariant } from "./invariant.js";
import { enters, handsOver, isPreparing, isRunning, isSettled, place } from "./threadPlaces.js";
import { beginsTurn, endsTurn, isSteered, wantsTurn } from "./threadTurns.js";

/** The edge tries the same step again. */
const triesAgain = (edge: ThreadEdge) =>
  enters(edge, "running.queued") &&
  ["LEASE_EXPIRED", "RETRY_DUE"].includes(edge.event.type) &&
  !beginsTurn(edge);

const edgesByState = new WeakMap<ThreadGraph, Map<ThreadSnapshot, ThreadEdge[]>>();

function edgesFrom(graph: ThreadGraph, snapshot: ThreadSnapshot): ThreadEdge[] {
  let known = edgesByState.get(graph);
  if (!known) {
    known = new Map<ThreadSnapshot, ThreadEdge[]>();
    for (const edge of graph.edges) known.set(edge.from, [...(known.get(edge.from) ?? []), edge]);
    edgesByState.set(graph, known);
  }
  return known.get(snapshot) ?? [];
}

/** The states that a machine passes through within one event. */
const TRANSIENT = [
  "begin",
  ...["stepDone", "stepFailed", "handedBack", "toolsDone"].map((name) => `running.${name}`),
];

export const rows: Invariant<ThreadGraph>[] = [
  onStates(
    "I10",
    "settled rows are canonical; only failed and backoff have an error, and only stopped has a stopReason",
    (snapshot) => {
      const { lease, queued, steered, attempt, error, stopReason } = snapshot.context;
      const hasError = ["settled.failed", "running.backoff"].includes(place(snapshot));
      return firstOf(
        isRunning(snapshot) ? null : same("the row at rest", [lease, steered, attempt], [null, 0, 1]),
        isRunning(snapshot) || isPreparing(snapshot) ? null : same("queued", queued, 0),
        same("has an error", error !== null, hasError),
        same("has a stopReason", stopReason !== null, place(snapshot) === "settled.stopped"),
      );
    },
  ),
  onEdges(
    "I10b",
    "the error is the one of the last attempt",
    ({ event, step }) =>
      step.accepted &&
      ["STREAM_FAILED", "ENQUEUE_FAILED", "LEASE_EXPIRED"].includes(event.type) &&
      ["settled.failed", "running.backoff"].includes(place(step.snapshot)),
    ({ event, step }) =>
      "error" in event
        ? same("the error", step.snapshot.context.error, event.error)
        : same("the error's code", step.snapshot.context.error?.code, "handler_died"),
  ),
  onStates(
    "I11",
    "attempt, steps and calls stay within their bounds, and a lease is held exactly in streaming and tools",
    (snapshot) => {
      const { attempt, maxAttempts, steps, maxSteps, calls, lease } = snapshot.context;
      const isHeld = ["running.streaming", "running.tools"].includes(place(snapshot));
      return firstOf(
        must(attempt >= 1 && attempt <= maxAttempts, `attempt ${attempt} of ${maxAttempts}`),
        must(steps >= 0 && steps <= maxSteps, `step ${steps} of ${maxSteps}`),
        must(steps <= calls, `step ${steps} of ${calls} calls`),
        same("has a lease", lease !== null, isHeld),
      );
    },
  ),
  onEdges(
    "I11b",
    "an attempt is counted exactly when a step is tried again, and a new step starts with attempt 1",
    (edge) => enters(edge, "running.queued") || handsOver(edge),
    (edge) =>
      same(
        "attempt",
        edge.step.snapshot.context.attempt,
        triesAgain(edge) ? edge.from.context.attempt + 1 : 1,
      ),
  ),
  onEdges(
    "I11c",
    "a step is counted exactly when it commits within its turn, and a turn starts with 0 steps",
    ({ step }) => step.accepted && isRunning(step.snapshot),
    (edge) => {
      const { steps } = edge.from.context;
      const counted = edge.event.type === "STREAM_FINISHED" ? steps + 1 : steps;
      return same("steps", edge.step.snapshot.context.steps, beginsTurn(edge) ? 0 : counted);
    },
  ),
  onEdges(
    "I12b",
    "a turn is counted exactly when one is to begin, and on APPEND and REWIND; FORK takes the number of its source",
    ({ step }) => step.accepted,
    (edge) => {
      const { event, from, step } = edge;
      const isPassed = wantsTurn(edge) || ["APPEND", "REWIND"].includes(event.type);
      const expected = event.type === "FORK" ? event.turn : from.context.turn + (isPassed ? 1 : 0);
      return same("the turn", step.snapshot.context.turn, expected);
    },
  ),
  onEdges(
    "I12c",
    "a turn takes the limits that come with the event that begins it, and keeps them",
    ({ step }) => step.accepted,
    (edge) => {
      const { from, event, step } = edge;
      const isTaken = isSettled(from) || wantsTurn(edge) || event.type === "REWIND";
      const given = isTaken && "limits" in event ? event.limits : undefined;
      const limitsOf = ({ context }: Pick<ThreadSnapshot, "context">) =>
        Object.keys(DEFAULT_TURN_LIMITS).map((name) => context[name as keyof typeof DEFAULT_TURN_LIMITS]);
      const context = { ...from.context, ...(given && { ...DEFAULT_TURN_LIMITS, ...given }) };
      return same("the limits", limitsOf(step.snapshot), limitsOf({ context }));
    },
  ),
  onStates(
    "I17",
    "each state accepts exactly the events that describeThread() lists for it",
    (snapshot, graph) => {
      if (TRANSIENT.includes(place(snapshot))) return `a thread rests in ${place(snapshot)}`;
      const accepted = edgesFrom(graph, snapshot)
        .filter(({ step }) => step.accepted)
        .map(({ event }) => event.type);
      return same("the events", [...new Set(accepted)].sort(), [...describeThread(snapshot).events].sort());
    },
  ),
  onEdges(
    "I18",
    "each event leads where a second table, written without XState, says",
    ({ step }) => step.accepted,
    (edge) => same("the next state", place(edge.step.snapshot), destination(edge)),
  ),
];

/** Where an accepted event leads, said a second time and without XState. */
function destination(edge: ThreadEdge): string {
  const { from, event } = edge;
  const { attempt, maxAttempts } = from.context;
  if (wantsTurn(edge)) return beginsTurn(edge) ? "running.queued" : "settled.stopped";
  switch (event.type) {
    case "SEND":
    case "STEER":
    case "INTERRUPT":
    case "WITHDRAW":
    case "APPEND":
      return place(from);
    case "RESUME":
    case "RETRY_DUE":
      return "running.queued";
    case "REWIND":
      return "preparing.truncating";
    case "FORK":
      return "preparing.copying";
    case "TRUNCATED":
    case "COPIED":
      return place(from) === "preparing.stopping" ? "settled.stopped" : "settled.idle";
    case "STOP":
      return isRunning(from) ? "settled.stopped" : "preparing.stopping";
    case "TIME_UP":
      return "settled.stopped";
    case "DELETE":
      return "deleting";
    case "PURGED":
      return "deleted";
    case "STREAM_STARTED":
      return "running.streaming";
    case "STREAM_FINISHED":
      if (event.toolCalls > 0) return "running.tools";
      return isSteered(edge) ? "running.queued" : "settled.completed";
    case "STREAM_FAILED":
      return event.retryable && attempt < maxAttempts ? "running.backoff" : "settled.failed";
    case "ENQUEUE_FAILED":
      return attempt < maxAttempts ? "running.backoff" : "settled.failed";
    case "GIVE_UP":
      return "settled.failed";
    case "LEASE_EXPIRED":
      return attempt < maxAttempts ? "running.queued" : "settled.failed";
    case "TOOLS_SETTLED":
      return endsTurn(edge) ? "settled.stopped" : "running.queued";
    case "STREAM_CONTINUED":
      return endsTurn(edge) ? "settled.stopped" : "running.streaming";
  }
}
