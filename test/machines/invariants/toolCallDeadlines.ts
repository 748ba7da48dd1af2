import type { ToolCallEffect, ToolCallSnapshot } from "../../../machines/index.js";
import type { ToolCallEdge, ToolCallGraph } from "../explore.js";
import { firstOf, ignored, must, onEdges, same, type Invariant } from "./invariant.js";
import { alwaysReaches } from "./reach.js";
import {
  awaitsApproval,
  effectsOf,
  entersBackoff,
  executes,
  isFinal,
  place,
  settles,
  waitsAtOnce,
} from "./toolCallRules.js";

/** The state waits under a deadline, if its call has one. */
const isTimed = (snapshot: ToolCallSnapshot): boolean =>
  awaitsApproval(snapshot) ||
  place(snapshot) === "pending.executing" ||
  (!isSync(snapshot) && !isFinal(snapshot) && place(snapshot) !== "pending.requested");

/** The time that an accepted event gives the call; undefined where the old deadline stands. */
function givenMs(edge: ToolCallEdge): number | null | undefined {
  const { event, from, step } = edge;
  if (event.type === "DEADLINE_MOVED") return event.ms;
  if (event.type === "RUN_BEGAN" || waitsAtOnce(edge)) return from.context.timeoutMs;
  return awaitsApproval(step.snapshot) ? from.context.approvalTimeoutMs : undefined;
}

/** A run is scheduled, or over: the time of the last one does not count any more. */
const renews = (edge: ToolCallEdge): boolean => executes(edge) || entersBackoff(edge);

const isSyncTimeout = ({ from, event, step }: ToolCallEdge) =>
  event.type === "DEADLINE_PASSED" && step.accepted && place(from) === "pending.executing" && isSync(from);
const isSync = ({ context }: ToolCallSnapshot) => context.kind === "sync";

/** What holds of the times that calls are given. */
export const deadlines: Invariant<ToolCallGraph>[] = [
  onEdges(
    "T20",
    "a deadline with an earlier or later token, and the beginning of a run without a time-out, change nothing and emit nothing",
    ({ from: { context }, event }) =>
      ("deadline" in event && event.deadline !== context.deadline) ||
      (event.type === "RUN_BEGAN" && context.timeoutMs === null),
    ignored,
  ),
  onEdges(
    "T21",
    "requesting approval, a run's beginning, a wait without one and DEADLINE_MOVED set a deadline once; each, and each new run, makes the token new; a call with its outcome has none",
    ({ step }) => step.accepted,
    (edge) => {
      const { deadline } = edge.from.context;
      const ms = givenMs(edge);
      const armed: ToolCallEffect[] =
        ms === undefined ? [] : [{ type: "armDeadline", params: { deadline: deadline + 1, ms } }];
      const token = deadline + (renews(edge) ? 1 : armed.length);
      return firstOf(
        same("armDeadline", effectsOf(edge, "armDeadline"), armed),
        same("the token", edge.step.snapshot.context.deadline, isFinal(edge.step.snapshot) ? 0 : token),
      );
    },
  ),
  onEdges(
    "T22",
    "a deadline is cancelled exactly when its call settles, whatever settles it, and with each run",
    ({ step }) => step.accepted,
    (edge) =>
      same(
        "cancelDeadline",
        effectsOf(edge, "cancelDeadline"),
        settles(edge) || renews(edge) ? [{ type: "cancelDeadline" }] : [],
      ),
  ),
  onEdges(
    "T23",
    "a sync call that overran its time runs again only if its handler may run again after a crash",
    isSyncTimeout,
    (edge) => {
      const { retryOnCrash, attempt, maxAttempts } = edge.from.context;
      const mayRun = retryOnCrash && attempt < maxAttempts;
      return firstOf(
        same("it runs again", executes(edge), mayRun),
        same("the attempt", edge.step.snapshot.context.attempt, mayRun ? attempt + 1 : attempt),
      );
    },
  ),
  onEdges(
    "T24",
    "a deadline cancels the run that may not have begun before another is scheduled",
    ({ from, event, step }) => event.type === "DEADLINE_PASSED" && step.accepted && !awaitsApproval(from),
    (edge) => {
      const types = edge.step.effects.map(({ type }) => type);
      const [cancelled, executed] = [types.indexOf("cancelExecutor"), types.indexOf("executeTool")];
      return must(
        cancelled >= 0 && (executed < 0 || cancelled < executed),
        `its effects are ${types.join()}`,
      );
    },
  ),
  {
    id: "T25",
    says: "deadlines alone end each state that waits under one",
    check: (graph) => {
      const good = alwaysReaches(graph, ({ event }) => event.type === "DEADLINE_PASSED", isFinal);
      return [...graph.states]
        .filter(([key, { snapshot }]) => isTimed(snapshot) && !good.has(key))
        .map(([, { snapshot, path }]) => ({
          invariant: "T25",
          problem: `a call in ${place(snapshot)} outlives its deadline`,
          history: path,
        }));
    },
  },
  onEdges(
    "T26",
    "an outcome that nobody gave says what is known: the executor died, the time ran out, or nobody approved",
    ({ event, step }) =>
      ["EXECUTOR_DIED", "DEADLINE_PASSED"].includes(event.type) && step.accepted && isFinal(step.snapshot),
    (edge) => {
      const { from, event, step } = edge;
      const { code, message } = step.snapshot.context.error ?? { code: null, message: "" };
      const timedOut = awaitsApproval(from) ? "not_approved" : "timed_out";
      const isInDoubt = event.type === "EXECUTOR_DIED" || isSyncTimeout(edge);
      return firstOf(
        same("the error's code", code, event.type === "EXECUTOR_DIED" ? "executor_died" : timedOut),
        same(
          "it says that the tool is in doubt",
          /may (or may not )?have had its effect/.test(message),
          isInDoubt,
        ),
      );
    },
  ),
];
