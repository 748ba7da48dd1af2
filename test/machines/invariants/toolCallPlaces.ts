import type { ToolCallEdge, ToolCallGraph } from "../explore.js";
import { onEdges, same, type Invariant } from "./invariant.js";
import { awaitsApproval, effectsOf, executes, isRun, waitsAtOnce } from "./toolCallRules.js";

/** A run is over, or starts again. */
const endsRun = (edge: ToolCallEdge): boolean =>
  isRun(edge.from) && edge.step.accepted && (executes(edge) || !isRun(edge.step.snapshot));

/** What holds of the places in which the calls of a step run. */
export const places: Invariant<ToolCallGraph>[] = [
  onEdges(
    "T27",
    "a call gives its place to the next one once: at the end of its first run, or when it has to be approved first or has nothing to run",
    ({ step }) => step.accepted,
    (edge) => {
      const { from, event, step } = edge;
      const isAsked = event.type === "START" && (awaitsApproval(step.snapshot) || waitsAtOnce(edge));
      const isFirst = from.context.epoch === 1 && !from.context.needsApproval;
      const expected =
        isAsked || endsRun(edge) ? [{ type: "startNext", params: { frees: isAsked || isFirst } }] : [];
      return same("startNext", effectsOf(edge, "startNext"), expected);
    },
  ),
];
