import type { ThreadEdge, ThreadGraph } from "../explore.js";
import { must, onStates, type Invariant } from "./invariant.js";
import { isRunning, isSettled, isUsers, place } from "./threadPlaces.js";
import { alwaysReaches, canReach } from "./reach.js";

const isOver = (snapshot: ThreadEdge["from"]) => isSettled(snapshot) || place(snapshot) === "deleted";

/** What comes when every runner dies at once: only that for which the host owns a deadline. */
const DEADLINES = ["LEASE_EXPIRED", "RETRY_DUE", "TOOLS_SETTLED", "TRUNCATED", "COPIED", "PURGED"];

/** The threads that a set of good states leaves out are the ones that can wedge. */
const reaches = (
  id: string,
  says: string,
  good: (graph: ThreadGraph) => Set<string>,
): Invariant<ThreadGraph> => {
  const found = new WeakMap<ThreadGraph, Set<string>>();
  return onStates(id, says, (snapshot, graph) => {
    const keys = found.get(graph) ?? good(graph);
    found.set(graph, keys);
    return must(keys.has(graph.keyOf(snapshot)), `a thread in ${place(snapshot)} cannot`);
  });
};

export const reach: Invariant<ThreadGraph>[] = [
  reaches("I1", "every thread can reach a settled state", (graph) => canReach(graph, () => true, isOver)),
  reaches("I2", "internal events alone can settle every thread", (graph) =>
    canReach(graph, ({ event }) => !isUsers(event), isOver),
  ),
  reaches(
    "I2b",
    "if every handler dies, deadlines alone settle the thread, in whatever order they come",
    (graph) => alwaysReaches(graph, ({ event }) => DEADLINES.includes(event.type), isOver),
  ),
  {
    id: "I2c",
    says: "each deadline moves the thread that waits for it",
    check: ({ edges }) =>
      edges
        .filter(({ from, event, step }) => isAwaited({ from, event }) && !step.accepted)
        .map(({ from, event, path }) => ({
          invariant: "I2c",
          problem: `${event.type} is ignored in ${place(from)}`,
          history: [...path, event],
        })),
  },
];

/** Where the end of an edit of the history is awaited. */
const EDITS = {
  TRUNCATED: ["preparing.truncating", "preparing.stopping"],
  COPIED: ["preparing.copying", "preparing.stopping"],
};

/** The event is the one that the state waits for, from the right generation and owner. */
function isAwaited({ from, event }: Pick<ThreadEdge, "from" | "event">): boolean {
  if (event.type === "PURGED") return place(from) === "deleting";
  if ("revision" in event)
    return event.revision === from.context.revision && EDITS[event.type].includes(place(from));
  if (!isRunning(from) || !("generation" in event)) return false;
  if (event.generation !== from.context.generation) return false;
  switch (place(from)) {
    case "running.queued":
      return event.type === "STREAM_STARTED" || (event.type === "LEASE_EXPIRED" && event.lease === null);
    case "running.streaming":
      return (
        "lease" in event &&
        event.lease === from.context.lease &&
        !["STREAM_STARTED", "STREAM_CONTINUED"].includes(event.type)
      );
    case "running.backoff":
      return event.type === "RETRY_DUE";
    default:
      if (event.type === "STREAM_CONTINUED") return event.lease === from.context.lease;
      return event.type === "TOOLS_SETTLED";
  }
}
