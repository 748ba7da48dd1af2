import type { ThreadEdge, ThreadGraph } from "../explore.js";
import { firstOf, ignored, must, onEdges, same, type Invariant } from "./invariant.js";
import { handsOver, place } from "./threadPlaces.js";
import { limitsReached } from "./threadTurns.js";

/** Whether the event comes from the handler that committed the step whose tool calls are awaited. */
function isHolders({ from, event }: ThreadEdge): boolean {
  const { generation, lease } = from.context;
  return (
    place(from) === "running.tools" &&
    event.type === "STREAM_CONTINUED" &&
    event.generation === generation &&
    event.lease === lease
  );
}

/** The lease after an accepted event: taken by a claim, kept while the step's handler may be at work, dropped elsewhere. */
function leaseAfter({ from, event, step }: ThreadEdge): string | null {
  if (event.type === "STREAM_STARTED") return event.lease;
  return ["running.streaming", "running.tools"].includes(place(step.snapshot)) ? from.context.lease : null;
}

/** The edge that the same state takes for the current TOOLS_SETTLED. */
function settlingEdges({ edges }: ThreadGraph): Map<ThreadEdge["from"], ThreadEdge> {
  const current = edges.filter(
    ({ from, event }) => event.type === "TOOLS_SETTLED" && event.generation === from.context.generation,
  );
  return new Map(current.map((edge) => [edge.from, edge]));
}

/** What holds of the way in which a stream handler goes on with the next step. */
export const handOver: Invariant<ThreadGraph>[] = [
  onEdges(
    "I33",
    "a claim takes the lease; its step, the step's tool calls and the steps that are handed over keep it; all else drops it",
    ({ step }) => step.accepted,
    (edge) => same("the lease", edge.step.snapshot.context.lease, leaseAfter(edge)),
  ),
  onEdges(
    "I34",
    "STREAM_CONTINUED changes nothing unless it comes from the handler that committed the step, while its tool calls are awaited",
    (edge) => edge.event.type === "STREAM_CONTINUED" && !isHolders(edge),
    ignored,
  ),
  onEdges(
    "I35",
    "a hand-over leaves the lease where it is, begins a new step in the next generation and schedules nothing but the watchdog",
    (edge) => isHolders(edge) && limitsReached(edge.from.context).length === 0,
    (edge) => {
      const { context } = edge.from;
      const { lease } = context;
      const generation = context.generation + 1;
      const row = { ...context, generation, calls: context.calls + 1, attempt: 1, steered: 0 };
      return firstOf(
        must(handsOver(edge), `it leads to ${place(edge.step.snapshot)}`),
        same("effects", edge.step.effects, [
          { type: "continueStream", params: { generation } },
          { type: "armWatchdog", params: { generation, lease } },
        ]),
        same("the row", edge.step.snapshot.context, row),
      );
    },
  ),
  {
    id: "I36",
    says: "where no step may follow, it makes no difference whether the handler or somebody else reports the last outcome",
    check: (graph) => {
      const settling = settlingEdges(graph);
      const about = graph.edges.filter(
        (edge) => isHolders(edge) && limitsReached(edge.from.context).length > 0,
      );
      if (about.length === 0)
        return [{ invariant: "I36", problem: "no edge puts it to the test", history: [] }];
      return about.flatMap((edge) => {
        const problem = same("the step", edge.step, settling.get(edge.from)?.step);
        return problem === null ? [] : [{ invariant: "I36", problem, history: [...edge.path, edge.event] }];
      });
    },
  },
];
