import type { Failure } from "../failure.js";

/** What a tool call is created with. All times are in milliseconds. */
export interface ToolCallPolicy {
  /**
   * A sync tool's handler returns the outcome; an async tool's callback only asks for it. An external tool has neither: its
   * outcome comes from outside, and nothing is run for it.
   */
  kind: "sync" | "async" | "external";
  /** Attempts before a failing handler's error becomes the outcome; 1 means no retry. */
  maxAttempts: number;
  /** Whether a handler may run again after its executor died, or overran its time, and may have had its effect. */
  retryOnCrash: boolean;
  /** Whether a person has to let the call run first. */
  needsApproval: boolean;
  /** The time of one run of a sync tool's handler, or of the wait for an outcome from outside; null: unlimited. */
  timeoutMs: number | null;
  /** The time that a person has to approve; null: unlimited. */
  approvalTimeoutMs: number | null;
}

/** The tool call's extended state; its input and outcome are in the row, next to the snapshot. */
export interface ToolCallContext extends ToolCallPolicy {
  /** Fencing token: one more each time the handler is scheduled, or would be if there were one. */
  epoch: number;
  /** Fencing token: one more each time a deadline is set. */
  deadline: number;
  /** The attempt at running the handler, from 1. */
  attempt: number;
  /** Why there is no result; only in `failed` and `denied`. */
  error: Failure | null;
}

/** The policy of a tool that sets none. */
export const DEFAULT_TOOL_POLICY: ToolCallPolicy = {
  kind: "sync",
  maxAttempts: 3,
  retryOnCrash: false,
  needsApproval: false,
  timeoutMs: null,
  approvalTimeoutMs: null,
};

/** The context of a tool call that was just requested. */
export const initialToolCallContext: ToolCallContext = {
  ...DEFAULT_TOOL_POLICY,
  epoch: 0,
  deadline: 0,
  attempt: 1,
  error: null,
};
