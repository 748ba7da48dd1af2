import type { Failure } from "../failure.js";

/** The events of a tool call: from its executor, a user or its thread. */
export type ToolCallEvent =
  /** The step that asked for the call is committed: run the handler, if there is one. */
  | { type: "START" }
  /** The stream handler of the call's step runs the handler itself. */
  | { type: "TAKEN" }
  /** The call cannot be run: unknown tool, or arguments that its schema refuses. */
  | { type: "REJECT"; error: Failure }
  /** A person lets the call run. */
  | { type: "APPROVE" }
  /** A person does not want the call to run. */
  | { type: "DENY"; error: Failure }
  /** The executor is about to run the handler: the time of the run counts from here. */
  | { type: "RUN_BEGAN"; epoch: number }
  /** The handler never began, for want of a place to run: run it again later. */
  | { type: "NOT_BEGUN"; epoch: number }
  /** The executor cannot be scheduled: the app's workpool refuses it. */
  | { type: "ENQUEUE_FAILED"; epoch: number; error: Failure }
  /** The handler (or an async tool's callback) returned. */
  | { type: "HANDLER_RETURNED"; epoch: number }
  /** The handler threw. A deliberate error is not retryable. */
  | { type: "HANDLER_FAILED"; epoch: number; retryable: boolean; error: Failure }
  /** The action that ran the handler ended without a report. */
  | { type: "EXECUTOR_DIED"; epoch: number }
  /** The backoff is over. */
  | { type: "RETRY_DUE"; epoch: number }
  /** A person or another system answered a call with a result, where that comes from outside. */
  | { type: "RESULT_GIVEN" }
  /** The same with an error. */
  | { type: "ERROR_GIVEN"; error: Failure }
  /** The deadline of an outcome from outside is moved to this many milliseconds from now, or removed. */
  | { type: "DEADLINE_MOVED"; ms: number | null }
  /** The call's time is over. `deadline` is the number of its deadline: earlier ones are stale. */
  | { type: "DEADLINE_PASSED"; deadline: number }
  /** The thread does not want the call any more. */
  | { type: "CANCEL" };
