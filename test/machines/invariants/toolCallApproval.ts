import type { ToolCallEdge, ToolCallGraph } from "../explore.js";
import { ignored, must, onEdges, type Invariant } from "./invariant.js";
import { reachableFrom } from "./reach.js";
import { awaitsApproval, executes, isTaken, place } from "./toolCallRules.js";

const decides = ({ event }: Pick<ToolCallEdge, "event">) => event.type === "APPROVE" || event.type === "DENY";

/** What holds of calls that a person has to approve. */
export const approval: Invariant<ToolCallGraph>[] = [
  {
    id: "T15",
    says: "the handler of a call that needs approval is scheduled or taken only after somebody approved it",
    check: (graph) => {
      const starts = [...graph.states].filter(([, { path }]) => path.length === 0).map(([key]) => key);
      const unapproved = reachableFrom(graph, starts, ({ event }) => event.type !== "APPROVE");
      return graph.edges
        .filter((edge) => edge.from.context.needsApproval && unapproved.has(graph.keyOf(edge.from)))
        .filter((edge) => (executes(edge) || isTaken(edge)) && edge.event.type !== "APPROVE")
        .map(({ path, event }) => ({
          invariant: "T15",
          problem: `${event.type} lets the handler run`,
          history: [...path, event],
        }));
    },
  },
  onEdges(
    "T16",
    "a call that is denied, or not approved in time, starts nothing and is reported",
    ({ from, step }) => step.accepted && awaitsApproval(from) && place(step.snapshot) === "denied",
    ({ step }) => {
      const types = step.effects.map(({ type }) => type).join();
      return must(types === "cancelDeadline,reportSettled", `its effects are ${types}`);
    },
  ),
  onEdges(
    "T17",
    "approval is requested exactly where the policy needs it, and decided nowhere else",
    (edge) => decides(edge) || edge.event.type === "START",
    (edge) => {
      const { from, event, step } = edge;
      if (decides(edge) && !awaitsApproval(from)) return ignored(edge);
      if (event.type !== "START") return must(step.accepted, `${event.type} is ignored`);
      const isAsked = step.accepted && awaitsApproval(step.snapshot);
      return must(
        !step.accepted || isAsked === from.context.needsApproval,
        "START does not look at the policy",
      );
    },
  ),
  {
    id: "T18",
    says: "approval is decided once: no decision is accepted after another",
    check: (graph) => {
      const decided = graph.edges.filter((edge) => decides(edge) && edge.step.accepted);
      const targets = decided.map(({ step }) => graph.keyOf(step.snapshot));
      const after = reachableFrom(graph, targets, () => true);
      if (decided.length === 0)
        return [{ invariant: "T18", problem: "no edge puts it to the test", history: [] }];
      return decided
        .filter(({ from }) => after.has(graph.keyOf(from)))
        .map(({ path, event }) => ({
          invariant: "T18",
          problem: `${event.type} is taken a second time`,
          history: [...path, event],
        }));
    },
  },
  onEdges(
    "T19",
    "a call that awaits approval accepts only a decision, its deadline and CANCEL",
    ({ from }) => awaitsApproval(from),
    (edge) =>
      ["APPROVE", "DENY", "DEADLINE_PASSED", "CANCEL"].includes(edge.event.type) ? null : ignored(edge),
  ),
];
