import { describe } from "../../../machines/index.js";
import type { ThreadEdge, ThreadGraph } from "../explore.js";
import { firstOf, must, onEdges, onStates, same, type Invariant } from "./invariant.js";
import { enters, isGone, isRunning, isSettled, place } from "./threadPlaces.js";

/** The edge begins a turn: a user's message or RESUME is answered from here on. */
const beginsTurn = ({ from, event, step }: ThreadEdge) =>
  step.accepted &&
  place(step.snapshot) === "running.queued" &&
  (isSettled(from) || (from.context.queued && endsTurn({ from, event })));

/** The event ends the turn that is running: a message that waits is taken up by the next one. */
function endsTurn({ from, event }: Pick<ThreadEdge, "from" | "event">): boolean {
  const { attempt, maxAttempts, steps, maxSteps } = from.context;
  switch (event.type) {
    case "STREAM_FINISHED":
      return event.toolCalls === 0;
    case "STREAM_FAILED":
      return !event.retryable || attempt >= maxAttempts;
    case "LEASE_EXPIRED":
      return attempt >= maxAttempts;
    case "TOOLS_SETTLED":
      return steps >= maxSteps;
    default:
      return false;
  }
}

/** The edge tries the same step again. */
const triesAgain = (edge: ThreadEdge) =>
  enters(edge, "running.queued") &&
  ["LEASE_EXPIRED", "RETRY_DUE"].includes(edge.event.type) &&
  !beginsTurn(edge);

export const rows: Invariant<ThreadGraph>[] = [
  onStates(
    "I10",
    "settled rows are canonical, and an error stands only in failed and backoff, a stopReason only in stopped",
    (snapshot) => {
      const { lease, queued, attempt, error, stopReason } = snapshot.context;
      const hasError = ["failed", "running.backoff"].includes(place(snapshot));
      const rest = { lease: null, queued: false, attempt: 1 };
      return firstOf(
        isRunning(snapshot) ? null : same("the row at rest", { lease, queued, attempt }, rest),
        same("has an error", error !== null, hasError),
        same("has a stopReason", stopReason !== null, place(snapshot) === "stopped"),
      );
    },
  ),
  onEdges(
    "I10b",
    "the error that stands is the one of the last attempt",
    ({ event, step }) =>
      step.accepted &&
      ["STREAM_FAILED", "LEASE_EXPIRED"].includes(event.type) &&
      place(step.snapshot) !== "running.queued",
    ({ event, step }) =>
      event.type === "STREAM_FAILED"
        ? same("the error", step.snapshot.context.error, event.error)
        : same("the error's code", step.snapshot.context.error?.code, "handler_died"),
  ),
  onStates("I11", "attempt and steps stay in their bounds, and only streaming has a lease", (snapshot) => {
    const { attempt, maxAttempts, steps, maxSteps, lease } = snapshot.context;
    return firstOf(
      must(attempt >= 1 && attempt <= maxAttempts, `attempt ${attempt} of ${maxAttempts}`),
      must(steps >= 0 && steps <= maxSteps, `step ${steps} of ${maxSteps}`),
      same("has a lease", lease !== null, place(snapshot) === "running.streaming"),
    );
  }),
  onEdges(
    "I11b",
    "an attempt is counted exactly when a step is tried again, and a new step starts at 1",
    (edge) => enters(edge, "running.queued"),
    (edge) =>
      same(
        "attempt",
        edge.step.snapshot.context.attempt,
        triesAgain(edge) ? edge.from.context.attempt + 1 : 1,
      ),
  ),
  onEdges(
    "I11c",
    "a step is counted exactly when it commits in its turn, and a turn starts at 0",
    ({ step }) => step.accepted && isRunning(step.snapshot),
    (edge) => {
      const { steps } = edge.from.context;
      const counted = edge.event.type === "STREAM_FINISHED" ? steps + 1 : steps;
      return same("steps", edge.step.snapshot.context.steps, beginsTurn(edge) ? 0 : counted);
    },
  ),
  onEdges(
    "I12",
    "no SEND is lost: it begins a turn, or waits for the next one, also after a failure, unless the user stops it",
    ({ event, from }) => event.type === "SEND" || from.context.queued,
    (edge) => {
      const { from, event, step } = edge;
      if (event.type === "SEND") {
        if (isGone(from)) return must(!step.accepted, "a deleted thread takes a message");
        if (isSettled(from)) return must(beginsTurn(edge), "no turn begins");
        return firstOf(
          must(step.snapshot.context.queued, "it is not queued"),
          same("the state", step.snapshot.value, from.value),
        );
      }
      const mayDrop = ["STOP", "DELETE"].includes(event.type);
      const { queued, turn } = step.snapshot.context;
      const isTaken = turn === from.context.turn + 1;
      return firstOf(
        must(queued || mayDrop || isTaken, `${event.type} forgets it`),
        must(
          isTaken || mayDrop || !endsTurn(edge) || !step.accepted,
          `${event.type} ends the turn without it`,
        ),
      );
    },
  ),
  onEdges(
    "I12b",
    "a turn is counted exactly where one begins",
    ({ step }) => step.accepted,
    (edge) =>
      same("the turn", edge.step.snapshot.context.turn, edge.from.context.turn + (beginsTurn(edge) ? 1 : 0)),
  ),
  onEdges(
    "I12c",
    "a turn takes the limits that came with the event which began it, and keeps them",
    ({ step }) => step.accepted,
    (edge) => {
      const { from, event, step } = edge;
      const given = isSettled(from) && "limits" in event ? event.limits : undefined;
      const limitsOf = ({ maxAttempts, maxSteps }: { maxAttempts: number; maxSteps: number }) => ({
        maxAttempts,
        maxSteps,
      });
      return same("the limits", limitsOf(step.snapshot.context), limitsOf(given ?? from.context));
    },
  ),
  onStates("I17", "each state accepts exactly the events that describe() lists for it", (snapshot, graph) => {
    const accepted = graph.edges
      .filter(({ from, step }) => from === snapshot && step.accepted)
      .map(({ event }) => event.type);
    return same("the events", [...new Set(accepted)].sort(), [...describe(snapshot).events].sort());
  }),
  onEdges(
    "I18",
    "each event leads where the table of the design says",
    ({ step }) => step.accepted,
    (edge) => same("the next state", place(edge.step.snapshot), destination(edge)),
  ),
];

/** Where an accepted event leads, said a second time and without XState. */
function destination({ from, event }: ThreadEdge): string {
  const { attempt, maxAttempts, steps, maxSteps, queued } = from.context;
  switch (event.type) {
    case "SEND":
      return isRunning(from) ? place(from) : "running.queued";
    case "RESUME":
    case "RETRY_DUE":
      return "running.queued";
    case "STOP":
      return "stopped";
    case "DELETE":
      return "deleting";
    case "PURGED":
      return "deleted";
    case "STREAM_STARTED":
      return "running.streaming";
    case "STREAM_FINISHED":
      if (event.toolCalls > 0) return "running.tools";
      return queued ? "running.queued" : "completed";
    case "STREAM_FAILED":
      if (event.retryable && attempt < maxAttempts) return "running.backoff";
      return queued ? "running.queued" : "failed";
    case "LEASE_EXPIRED":
      return attempt < maxAttempts || queued ? "running.queued" : "failed";
    case "TOOLS_SETTLED":
      return steps < maxSteps || queued ? "running.queued" : "stopped";
  }
}
