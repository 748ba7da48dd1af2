import type { ToolCallGraph } from "../explore.js";
import { firstOf, ignored, must, onEdges, onStates, same, type Invariant } from "./invariant.js";
import { isTaken, mayBeTaken, place } from "./toolCallRules.js";

/** What holds of calls that the stream handler of their step runs itself. */
export const inline: Invariant<ToolCallGraph>[] = [
  onEdges(
    "T28",
    "TAKEN takes a call that waits for a place, if it is sync, needs no approval and has no time-out, and asks for nothing",
    ({ event }) => event.type === "TAKEN",
    (edge) => {
      const { from, step } = edge;
      if (place(from) !== "pending.requested" || !mayBeTaken(from)) return ignored(edge);
      return firstOf(
        must(isTaken(edge), "it is refused"),
        same("effects", step.effects, []),
        same("the row", step.snapshot.context, { ...from.context, epoch: from.context.epoch + 1 }),
      );
    },
  ),
  onStates(
    "T29",
    "a call that its stream handler runs is sync, without approval or time-out, and in its first run",
    (snapshot) => {
      if (place(snapshot) !== "pending.inline") return null;
      const { attempt, epoch } = snapshot.context;
      return firstOf(
        must(mayBeTaken(snapshot), "it may not be taken"),
        same("attempt and epoch", [attempt, epoch], [1, 1]),
      );
    },
  ),
  onEdges(
    "T30",
    "a call leaves its stream handler for good: what runs again is scheduled, and nothing but TAKEN leads there",
    (edge) => edge.step.accepted && (isTaken(edge) || place(edge.from) === "pending.inline"),
    (edge) => {
      if (isTaken(edge)) return same("the event", edge.event.type, "TAKEN");
      return must(place(edge.step.snapshot) !== "pending.inline", "it is still there");
    },
  ),
];
