import type { ToolCallEdge, ToolCallGraph } from "../explore.js";
import { firstOf, ignored, must, onEdges, onStates, plain, same, type Invariant } from "./invariant.js";
import { alwaysReaches } from "./reach.js";
import { approval } from "./toolCallApproval.js";
import { deadlines } from "./toolCallDeadlines.js";
import {
  awaitsApproval,
  destination,
  effectsOf,
  entersBackoff,
  executes,
  isFinal,
  isRun,
  isTaken,
  place,
  waitsAtOnce,
} from "./toolCallRules.js";
import { inline } from "./toolCallInline.js";
import { places } from "./toolCallPlaces.js";

/** The effects by which a call ends, apart from giving its place to another one. */
const ending = ({ effects }: ToolCallEdge["step"]) => effects.filter(({ type }) => type !== "startNext");

const hasOutcome = (name: string) => ["completed", "failed", "denied"].includes(name);

/** What holds of the tool call machine in every reachable state, whatever event comes. */
export const toolCallInvariants: Invariant<ToolCallGraph>[] = [
  onEdges(
    "T1",
    "a call has one outcome: nothing changes it once it is final",
    ({ from }) => isFinal(from),
    ignored,
  ),
  onEdges(
    "T2",
    "an outcome is reported once, and nothing else is: a cancelled call reports nothing",
    ({ step }) => step.accepted,
    (edge) => {
      const isOutcome = hasOutcome(place(edge.step.snapshot));
      return same(
        "reportSettled",
        effectsOf(edge, "reportSettled"),
        isOutcome ? [{ type: "reportSettled" }] : [],
      );
    },
  ),
  onEdges(
    "T3",
    "CANCEL ends any pending call in one step, cancels its executor and its deadline, and starts nothing",
    ({ from, event }) => event.type === "CANCEL" && !isFinal(from),
    ({ step }) =>
      firstOf(
        same("the state", place(step.snapshot), "cancelled"),
        same("effects", ending(step), [{ type: "cancelDeadline" }, { type: "cancelExecutor" }]),
      ),
  ),
  onEdges(
    "T4",
    "an event of a stale or future epoch changes nothing and emits nothing",
    ({ from, event }) => "epoch" in event && event.epoch !== from.context.epoch,
    ignored,
  ),
  onEdges(
    "T5",
    "entering executing schedules the handler once, a run is taken without that, and a call with nothing to run waits for its outcome at once, each with a new epoch; nothing else does either; a call with its outcome has none, unless it shows an approval",
    ({ step }) => step.accepted,
    (edge) => {
      const { epoch, needsApproval } = edge.from.context;
      const after = edge.step.snapshot.context;
      const isScheduled = executes(edge);
      const kept = isFinal(edge.step.snapshot) && !needsApproval ? 0 : epoch;
      return firstOf(
        same("the epoch", after.epoch, isScheduled || isTaken(edge) || waitsAtOnce(edge) ? epoch + 1 : kept),
        same(
          "executeTool",
          effectsOf(edge, "executeTool"),
          isScheduled ? [{ type: "executeTool", params: { epoch: epoch + 1, attempt: after.attempt } }] : [],
        ),
      );
    },
  ),
  onStates("T6", "no attempt is beyond maxAttempts, and each has an epoch of its own", (snapshot) => {
    const { attempt, maxAttempts, epoch } = snapshot.context;
    return firstOf(
      must(attempt >= 1 && attempt <= maxAttempts, `attempt ${attempt} of ${maxAttempts}`),
      must(!isRun(snapshot) || epoch >= attempt, `attempt ${attempt} runs in epoch ${epoch}`),
    );
  }),
  onEdges(
    "T6b",
    "an attempt is counted whenever a run that may have begun is followed by another, and never otherwise",
    ({ step }) => step.accepted,
    (edge) => {
      const { from, event, step } = edge;
      const isFollowed = executes(edge) ? isRun(from) : entersBackoff(edge);
      const isCounted = isFollowed && event.type !== "NOT_BEGUN";
      return same("the attempt", step.snapshot.context.attempt, from.context.attempt + Number(isCounted));
    },
  ),
  onEdges(
    "T7",
    "only an async or external call takes a result or an error from outside: any time before its outcome, but not while it awaits approval",
    ({ from, event }) => ["RESULT_GIVEN", "ERROR_GIVEN"].includes(event.type) && !isFinal(from),
    (edge) => {
      if (edge.from.context.kind === "sync" || awaitsApproval(edge.from)) return ignored(edge);
      return firstOf(
        same("the state", place(edge.step.snapshot), destination(edge)),
        same("effects", ending(edge.step), [
          { type: "cancelDeadline" },
          { type: "cancelExecutor" },
          { type: "reportSettled" },
        ]),
      );
    },
  ),
  onEdges(
    "T8",
    "after EXECUTOR_DIED the handler never runs again unless retryOnCrash allows it",
    ({ from, event }) => event.type === "EXECUTOR_DIED" && !from.context.retryOnCrash,
    ({ step }) => must(!step.accepted || place(step.snapshot) === "failed", "it runs again"),
  ),
  onEdges(
    "T9",
    "entering backoff schedules the retry; a failure with attempts left leads there, and a run that never began",
    ({ step }) => step.accepted,
    (edge) => {
      const { epoch, attempt, maxAttempts } = edge.from.context;
      const isIn = (snapshot: typeof edge.from) => place(snapshot) === "pending.backoff";
      const { event } = edge;
      const mayFail = event.type === "ENQUEUE_FAILED" || (event.type === "HANDLER_FAILED" && event.retryable);
      const isRetry = event.type === "NOT_BEGUN" || (mayFail && attempt < maxAttempts);
      return firstOf(
        same("enters backoff", isIn(edge.step.snapshot) && !isIn(edge.from), isRetry),
        same(
          "scheduleToolRetry",
          effectsOf(edge, "scheduleToolRetry"),
          isRetry ? [{ type: "scheduleToolRetry", params: { epoch, attempt } }] : [],
        ),
      );
    },
  ),
  {
    id: "T10",
    says: "if every executor dies, what is scheduled ends each call, unless it waits for people",
    check: (graph) => {
      const scheduled = ["START", "TAKEN", "EXECUTOR_DIED", "RETRY_DUE"];
      const isOver = (one: Parameters<typeof place>[0]) =>
        isFinal(one) ||
        awaitsApproval(one) ||
        (place(one) === "pending.awaitingResult" && one.context.kind !== "sync");
      const good = alwaysReaches(graph, ({ event }) => scheduled.includes(event.type), isOver);
      return [...graph.states]
        .filter(([key]) => !good.has(key))
        .map(([, { snapshot, path }]) => ({
          invariant: "T10",
          problem: `a call in ${place(snapshot)} cannot end`,
          history: path,
        }));
    },
  },
  onStates("T11", "exactly failed and denied have an error", (snapshot) =>
    same("has an error", snapshot.context.error !== null, ["failed", "denied"].includes(place(snapshot))),
  ),
  onEdges(
    "T12",
    "each event leads where a second table, written without XState, says, and is ignored everywhere else",
    () => true,
    (edge) => {
      const expected = destination(edge);
      if (expected === null) return ignored(edge);
      return firstOf(
        must(edge.step.accepted, `${edge.event.type} is ignored`),
        same("the next state", place(edge.step.snapshot), expected),
      );
    },
  ),
  onEdges(
    "T13",
    "effects and snapshots are plain data, and an ignored event changes nothing and emits nothing",
    () => true,
    (edge) => (edge.step.accepted ? plain(edge) : ignored(edge)),
  ),
  onEdges(
    "T14",
    "the error that is given is the error that is stored",
    ({ event, step }) => step.accepted && "error" in event && isFinal(step.snapshot),
    ({ event, step }) =>
      same("the error", step.snapshot.context.error, "error" in event ? event.error : null),
  ),
  ...approval,
  ...deadlines,
  ...places,
  ...inline,
];
