import type { ThreadGraph } from "../explore.js";
import { firstOf, ignored, onEdges, plain, same, type Invariant } from "./invariant.js";
import { effectsOf, enters, handsOver, isPreparing, isRunning, isSettled, place } from "./threadPlaces.js";
import { leavesTurn, wantsTurn } from "./threadTurns.js";

export const effects: Invariant<ThreadGraph>[] = [
  onEdges(
    "I7",
    "entering queued enqueues the stream handler once, a hand-over continues it once, each with a new generation, and nothing else does",
    ({ step }) => step.accepted,
    (edge) => {
      const before = edge.from.context.generation;
      const params = { generation: before + 1 };
      const expected = [
        ...(enters(edge, "running.queued") ? [{ type: "enqueueStream", params }] : []),
        ...(handsOver(edge) ? [{ type: "continueStream", params }] : []),
      ];
      const actual = [...effectsOf(edge, "enqueueStream"), ...effectsOf(edge, "continueStream")];
      return firstOf(
        same("the generation", edge.step.snapshot.context.generation, before + expected.length),
        same("what runs the generation", actual, expected),
      );
    },
  ),
  onEdges(
    "I8",
    "entering queued, streaming or preparing arms one watchdog, with the row's generation and lease, and nothing else does",
    ({ step }) => step.accepted,
    (edge) => {
      const { generation, lease } = edge.step.snapshot.context;
      const isPrepared = !isPreparing(edge.from) && isPreparing(edge.step.snapshot);
      const isEntered = isPrepared || enters(edge, "running.queued") || enters(edge, "running.streaming");
      return same(
        "armWatchdog",
        effectsOf(edge, "armWatchdog"),
        isEntered ? [{ type: "armWatchdog", params: { generation, lease } }] : [],
      );
    },
  ),
  onEdges(
    "I9",
    "entering backoff schedules the retry, entering tools starts the tools, and nothing else does",
    ({ step }) => step.accepted,
    (edge) => {
      const { from, event } = edge;
      const { generation, attempt } = from.context;
      const retryAfterMs = event.type === "STREAM_FAILED" ? event.retryAfterMs : null;
      const retry = { type: "scheduleRetry", params: { generation, attempt, retryAfterMs } };
      const { turn, calls } = edge.step.snapshot.context;
      const start = { type: "startTools", params: { generation, turn, step: calls } };
      return firstOf(
        same(
          "scheduleRetry",
          effectsOf(edge, "scheduleRetry"),
          enters(edge, "running.backoff") ? [retry] : [],
        ),
        same("startTools", effectsOf(edge, "startTools"), enters(edge, "running.tools") ? [start] : []),
      );
    },
  ),
  onEdges(
    "I14",
    "effects and snapshots are plain data, and an ignored event changes nothing and emits nothing",
    () => true,
    (edge) => (edge.step.accepted ? plain(edge) : ignored(edge)),
  ),
  onEdges(
    "I15",
    "a step's stream ends once: retired if the step finished, else aborted; its text is kept if the turn ends and stays",
    ({ from, step }) => place(from) === "running.streaming" && place(step.snapshot) !== "running.streaming",
    (edge) => {
      const { generation } = edge.from.context;
      const isKept = leavesTurn(edge) && !["DELETE", "REWIND"].includes(edge.event.type);
      const expected =
        edge.event.type === "STREAM_FINISHED"
          ? { type: "retireStream", params: { generation } }
          : { type: "abortStream", params: { generation, keep: isKept } };
      const actual = [...effectsOf(edge, "retireStream"), ...effectsOf(edge, "abortStream")];
      return same("what becomes of the stream", actual, [expected]);
    },
  ),
  onEdges(
    "I16",
    "a thread cancels its timers when it settles, is deleted or has its turn cut off, but not when it is given up, and at no other time",
    ({ step }) => step.accepted,
    (edge) => {
      const { from, event, step } = edge;
      const isCutOff = isRunning(from) && ["INTERRUPT", "TIME_UP", "REWIND"].includes(event.type);
      const isEnd =
        (isRunning(from) || wantsTurn(edge)) && isSettled(step.snapshot) && event.type !== "GIVE_UP";
      return same(
        "timers are cancelled",
        effectsOf(edge, "cancelTimers").length > 0,
        isEnd || isCutOff || event.type === "DELETE",
      );
    },
  ),
];
