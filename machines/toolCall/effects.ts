import type { ToolCallContext } from "./context.js";
import type { ToolCallEvent } from "./events.js";

/** What a tool call's transition asks its host to do, as data. */
export type ToolCallEffect =
  /** Schedule the handler for this epoch. */
  | { type: "executeTool"; params: { epoch: number; attempt: number } }
  /** Schedule RETRY_DUE after a backoff. */
  | { type: "scheduleToolRetry"; params: { epoch: number; attempt: number } }
  /** Schedule DEADLINE_PASSED after this many milliseconds, in place of an earlier one; null: there is no deadline. */
  | { type: "armDeadline"; params: { deadline: number; ms: number | null } }
  /** Cancel the scheduled deadline. It saves work; the fence keeps a stale one out. */
  | { type: "cancelDeadline" }
  /** Cancel the scheduled handler if it has not begun. */
  | { type: "cancelExecutor" }
  /**
   * The call's run is over, has to be approved first, or there is none: start the next call of its step that waits for a place, if the step
   * is still awaited. `frees` is false for a call that has given its place back before.
   */
  | { type: "startNext"; params: { frees: boolean } }
  /** The call has an outcome: if it was the step's last one, send the thread TOOLS_SETTLED. */
  | { type: "reportSettled" };

type EffectType = ToolCallEffect["type"];
type ParamsOf<T extends EffectType> =
  Extract<ToolCallEffect, { type: T }> extends { params: infer P } ? P : undefined;

/** The parameters that an effect has in the chart, as plain data; `step` completes them. */
export interface ToolCallChartParams {
  /** Which time the deadline is for: a limit of the call's policy, or the one that comes with the event. */
  armDeadline: { time: "timeoutMs" | "approvalTimeoutMs" | "given" };
}

type ChartParamsOf<T extends EffectType> = T extends keyof ToolCallChartParams
  ? ToolCallChartParams[T]
  : undefined;

const ofRun = ({ epoch, attempt }: ToolCallContext) => ({ epoch, attempt });
const nothing = () => undefined;

/** Completes the chart's effects with fences and times, as they are when the effect's turn has come. */
export const TOOL_CALL_EFFECTS: {
  [T in EffectType]: (context: ToolCallContext, event: ToolCallEvent, chart: ChartParamsOf<T>) => ParamsOf<T>;
} = {
  executeTool: ofRun,
  scheduleToolRetry: ofRun,
  armDeadline: (context, event, { time }) => ({
    deadline: context.deadline,
    ms: time === "given" ? (event as Extract<ToolCallEvent, { type: "DEADLINE_MOVED" }>).ms : context[time],
  }),
  cancelDeadline: nothing,
  cancelExecutor: nothing,
  startNext: ({ needsApproval, epoch }) => ({ frees: epoch === (needsApproval ? 0 : 1) }),
  reportSettled: nothing,
};
