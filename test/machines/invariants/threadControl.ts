import type { ThreadEdge, ThreadGraph } from "../explore.js";
import { firstOf, ignored, must, onEdges, same, type Invariant } from "./invariant.js";
import {
  effectsOf,
  handsOver,
  isGone,
  isMessage,
  isPreparing,
  isRunning,
  isSettled,
  place,
} from "./threadPlaces.js";
import { beginsTurn, hasWaiting, isSteered, wantsTurn } from "./threadTurns.js";
import { messagePlaces } from "./threadMessages.js";

/** What the message at a place waits for: the next turn, or the next model call of this one; null if it does not wait. */
function waitsIn(
  { context }: ThreadEdge["from"],
  { turn, step }: { turn: number; step: number },
): "queued" | "steered" | null {
  if (turn > context.turn) return context.queued > 0 ? "queued" : null;
  return turn === context.turn && step > context.calls && context.steered > 0 ? "steered" : null;
}

/** The messages that wait after the event. */
function waitingAfter(edge: ThreadEdge): { queued: number; steered: number } {
  const { from, event, step } = edge;
  const { queued, steered } = from.context;
  const isTaken = wantsTurn(edge) || isSettled(step.snapshot);
  if (isTaken || ["STOP", "DELETE", "REWIND", "GIVE_UP"].includes(event.type))
    return { queued: 0, steered: 0 };
  if (event.type === "STREAM_STARTED" || handsOver(edge)) return { queued, steered: 0 };
  if (event.type === "WITHDRAW" && !isSettled(from)) {
    const waits = waitsIn(from, event);
    return { queued, steered, ...(waits && { [waits]: from.context[waits] - 1 }) };
  }
  if (!isMessage(event)) return { queued, steered };
  return event.type === "STEER" && isRunning(from)
    ? { queued, steered: steered + 1 }
    : { queued: queued + 1, steered };
}

export const control: Invariant<ThreadGraph>[] = [
  onEdges(
    "I12",
    "no message is lost: it begins a turn or waits for one, and only STOP, REWIND, DELETE and GIVE_UP end the wait",
    (edge) => isMessage(edge.event) || (hasWaiting(edge.from) && edge.step.accepted),
    (edge) => {
      const { from, event, step } = edge;
      if (isMessage(event) && isGone(from)) return must(!step.accepted, "a deleted thread takes a message");
      const { queued, steered, turn } = step.snapshot.context;
      const isWilled = event.type === "STOP" || event.type === "GIVE_UP";
      const isEnd = hasWaiting(from) && isSettled(step.snapshot) && !isWilled;
      return firstOf(
        must(step.accepted, "the message is refused"),
        must(!isMessage(event) || !isSettled(from) || wantsTurn(edge), "no turn begins"),
        same("the messages that wait", { queued, steered }, waitingAfter(edge)),
        must(!isEnd || turn === from.context.turn + 1, `${event.type} ends the turn without it`),
      );
    },
  ),
  onEdges(
    "I12d",
    "WITHDRAW takes back only a message that waits, for a turn or for a model call, and removes it once",
    ({ event }) => event.type === "WITHDRAW",
    (edge) => {
      const { from, event, step } = edge;
      if (event.type !== "WITHDRAW" || isGone(from)) return ignored(edge);
      const waits = isSettled(from) ? event.turn > from.context.turn : waitsIn(from, event) !== null;
      if (!waits) return ignored(edge);
      return firstOf(
        same("the state", step.snapshot.value, from.value),
        same("effects", step.effects, [{ type: "removeMessage" }]),
        must(step.accepted, "it is refused"),
      );
    },
  ),
  onEdges(
    "I25",
    "INTERRUPT cuts the turn off, keeps what was shown and begins the next turn, with one new generation and no lease",
    ({ from, event }) => event.type === "INTERRUPT" && isRunning(from),
    (edge) => {
      const { from, step } = edge;
      const { generation } = from.context;
      const isBegun = beginsTurn(edge);
      const after = step.snapshot.context;
      return firstOf(
        same("the generation", after.generation, isBegun ? generation + 1 : generation),
        same("the lease", after.lease, null),
        same("effects", step.effects.slice(1, 4), [
          { type: "abortStream", params: { generation, keep: true } },
          { type: "cancelTools", params: { generation } },
          { type: "cancelTimers" },
        ]),
      );
    },
  ),
  onEdges(
    "I26",
    "a turn that would complete goes on if a message steers it and its budget has another step",
    (edge) => edge.step.accepted && edge.event.type === "STREAM_FINISHED" && edge.from.context.steered > 0,
    (edge) => {
      const { from, event, step } = edge;
      if (!isSteered(edge))
        return must(("toolCalls" in event && event.toolCalls > 0) || wantsTurn(edge), "it ends");
      return firstOf(
        same("the state", place(step.snapshot), "running.queued"),
        same("the turn", step.snapshot.context.turn, from.context.turn),
      );
    },
  ),
  onEdges(
    "I27",
    "each REWIND and FORK edits the history once, with a new revision, and nothing else does",
    ({ step }) => step.accepted,
    (edge) => {
      const { from, event, step } = edge;
      const { revision, turn } = step.snapshot.context;
      const expected: unknown[] = [];
      if (event.type === "REWIND")
        expected.push({ type: "truncate", params: { from: event.from, turn, revision } });
      if (event.type === "FORK") {
        const { source, upTo } = event;
        expected.push({ type: "copyHistory", params: { source, upTo, revision } });
      }
      return firstOf(
        same("edits", [...effectsOf(edge, "truncate"), ...effectsOf(edge, "copyHistory")], expected),
        same("the revision", revision, from.context.revision + expected.length),
      );
    },
  ),
  onEdges(
    "I28",
    "the end of an edit is accepted once, from the edit that is awaited, and from no other",
    ({ event }) => event.type === "TRUNCATED" || event.type === "COPIED",
    (edge) => {
      const { from, event, step } = edge;
      const isCurrent = "revision" in event && event.revision === from.context.revision;
      const awaited = event.type === "COPIED" ? "preparing.copying" : "preparing.truncating";
      if (!isCurrent || ![awaited, "preparing.stopping"].includes(place(from))) return ignored(edge);
      return must(!isPreparing(step.snapshot), "it is awaited still");
    },
  ),
  onEdges(
    "I29",
    "REWIND drops what is under way, and is refused while the history is edited",
    ({ from, event }) => event.type === "REWIND" && !isGone(from),
    (edge) => {
      const { from, step } = edge;
      if (isPreparing(from)) return ignored(edge);
      const { generation } = from.context;
      const dropped = [
        { type: "abortStream", params: { generation, keep: false } },
        { type: "cancelTools", params: { generation } },
        { type: "cancelTimers" },
      ];
      const others = step.effects.filter(
        ({ type }) => !["recordTurn", "truncate", "armWatchdog"].includes(type),
      );
      const placed = { type: "placeMessage", params: { turn: step.snapshot.context.turn + 1, step: 0 } };
      return same("effects", others, [...(isRunning(from) ? dropped : []), placed]);
    },
  ),
  ...messagePlaces,
];
