import type { ThreadSnapshot } from "../../../machines/index.js";
import type { ThreadEdge, ThreadGraph } from "../explore.js";
import { firstOf, onEdges, same, type Invariant } from "./invariant.js";
import { effectsOf, handsOver, isMessage, isRunning, place } from "./threadPlaces.js";

/** The model calls of the turn that have begun, those that were discarded among them. */
const callsBegun = ({ context }: ThreadSnapshot): number => context.calls;

/** The edge begins a model call. */
const beginsCall = (edge: ThreadEdge): boolean => edge.event.type === "STREAM_STARTED" || handsOver(edge);

/** The events with which a message may come that begins or waits for the next turn. */
const startsNextTurn = ({ from, event }: ThreadEdge): boolean =>
  event.type === "RESUME" || (isMessage(event) && !(event.type === "STEER" && isRunning(from)));

/** Where the message that comes with an event belongs; undefined if none may come with it. */
function placeFor(edge: ThreadEdge): { turn: number; step: number } | undefined {
  const { from, event, step } = edge;
  const { turn } = from.context;
  switch (event.type) {
    case "STREAM_FINISHED":
      return { turn, step: callsBegun(from) };
    case "STEER":
      if (isRunning(from)) return { turn, step: callsBegun(from) + 0.5 };
      return { turn: turn + 1, step: 0 };
    case "APPEND":
      return { turn: step.snapshot.context.turn, step: 0 };
    case "REWIND":
      return { turn: step.snapshot.context.turn + 1, step: 0 };
    default:
      return startsNextTurn(edge) ? { turn: turn + 1, step: 0 } : undefined;
  }
}

/** What holds of the places that messages are stored at. */
export const messagePlaces: Invariant<ThreadGraph>[] = [
  onEdges(
    "I30",
    "a message has one place: the beginning of the next turn, its own model call, or after the call that has not seen it",
    ({ step }) => step.accepted,
    (edge) => {
      const expected = placeFor(edge);
      return same(
        "placeMessage",
        effectsOf(edge, "placeMessage"),
        expected ? [{ type: "placeMessage", params: expected }] : [],
      );
    },
  ),
  onEdges(
    "I31",
    "a model call is counted when it begins, and a discarded one keeps its number, so that the next one stands after what was sent meanwhile",
    ({ step }) => step.accepted && isRunning(step.snapshot),
    (edge) => {
      const { from, step } = edge;
      const isNewTurn = step.snapshot.context.turn !== from.context.turn;
      const begun = isNewTurn || !isRunning(from) ? 0 : callsBegun(from);
      const isIn = (snapshot: ThreadSnapshot) => place(snapshot) === "running.streaming";
      const isBegun = isIn(step.snapshot) && (!isIn(from) || beginsCall(edge));
      return firstOf(
        same("the calls that have begun", callsBegun(step.snapshot), begun + Number(beginsCall(edge))),
        same("a call begins with streaming", beginsCall(edge), isBegun),
      );
    },
  ),
];
