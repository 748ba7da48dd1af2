import type { ThreadGraph } from "../explore.js";
import { firstOf, ignored, must, onEdges, same, type Invariant } from "./invariant.js";
import { isGone, isPreparing, isRunning, place } from "./threadPlaces.js";

export const fences: Invariant<ThreadGraph>[] = [
  onEdges(
    "I3",
    "STOP ends a running turn in one step and starts nothing; while the history is edited, it waits for the edit only",
    ({ event }) => event.type === "STOP",
    (edge) => {
      const { from, step } = edge;
      if (["preparing.truncating", "preparing.copying"].includes(place(from)))
        return firstOf(
          same("the state", place(step.snapshot), "preparing.stopping"),
          same("effects", step.effects, []),
        );
      if (!isRunning(from)) return ignored(edge);
      const { generation } = from.context;
      return firstOf(
        same("the state", place(step.snapshot), "settled.stopped"),
        same("stopReason", step.snapshot.context.stopReason, "user"),
        same("effects", step.effects.slice(1), [
          { type: "abortStream", params: { generation, keep: true } },
          { type: "cancelTools", params: { generation } },
          { type: "cancelTimers" },
        ]),
      );
    },
  ),
  onEdges(
    "I4",
    "an event of a stale or future generation changes nothing and emits nothing",
    ({ from, event }) => "generation" in event && event.generation !== from.context.generation,
    ignored,
  ),
  onEdges(
    "I5",
    "an event with another lease changes nothing and emits nothing",
    ({ from, event }) =>
      "lease" in event && event.type !== "STREAM_STARTED" && event.lease !== from.context.lease,
    ignored,
  ),
  onEdges(
    "I6",
    "the first claim of a generation takes the lease, and a second one is refused, even with the same lease",
    ({ from, event }) => event.type === "STREAM_STARTED" && event.generation === from.context.generation,
    (edge) => {
      const { from, event, step } = edge;
      if (place(from) !== "running.queued") return ignored(edge);
      return firstOf(
        same("the state", place(step.snapshot), "running.streaming"),
        same("the lease", step.snapshot.context.lease, "lease" in event ? event.lease : null),
      );
    },
  ),
  onEdges(
    "I32",
    "GIVE_UP ends whatever is under way in one step, and asks for nothing that a host could fail to schedule",
    ({ event }) => event.type === "GIVE_UP",
    (edge) => {
      const { from, step } = edge;
      if (!isRunning(from) && !isPreparing(from)) return ignored(edge);
      const { generation } = from.context;
      return firstOf(
        same("the state", place(step.snapshot), "settled.failed"),
        same("the error", step.snapshot.context.error, edge.event.type === "GIVE_UP" && edge.event.error),
        same(
          "effects",
          step.effects.filter(({ type }) => type !== "recordTurn"),
          isPreparing(from)
            ? []
            : [
                { type: "abortStream", params: { generation, keep: true } },
                { type: "cancelTools", params: { generation } },
              ],
        ),
      );
    },
  ),
  onEdges(
    "I13",
    "DELETE purges once, PURGED drops the row once, and nothing else happens to a deleted thread",
    ({ from, event }) => event.type === "DELETE" || event.type === "PURGED" || isGone(from),
    (edge) => {
      const { from, event, step } = edge;
      if (event.type === "PURGED" && place(from) === "deleting") {
        return firstOf(
          same("the state", place(step.snapshot), "deleted"),
          same("effects", step.effects, [{ type: "dropThread" }]),
        );
      }
      if (event.type !== "DELETE" || isGone(from)) return ignored(edge);
      const { generation } = from.context;
      return firstOf(
        same("the state", place(step.snapshot), "deleting"),
        same("effects", step.effects.slice(isRunning(from) ? 1 : 0), [
          { type: "abortStream", params: { generation, keep: false } },
          { type: "cancelTools", params: { generation } },
          { type: "cancelTimers" },
          { type: "purge" },
        ]),
      );
    },
  ),
  onEdges(
    "I13b",
    "only DELETE purges, and only PURGED drops the row",
    ({ step }) => step.accepted,
    ({ event, step }) => {
      const types = step.effects.map(({ type }) => type);
      return firstOf(
        must(event.type === "DELETE" || !types.includes("purge"), `${event.type} purges`),
        must(event.type === "PURGED" || !types.includes("dropThread"), `${event.type} drops the row`),
      );
    },
  ),
];
