/** The states of a tool call: those in which it has no outcome yet, and those in which it is over. */
export const PENDING_STATES = [
  "requested",
  "awaitingApproval",
  "inline",
  "executing",
  "backoff",
  "awaitingResult",
] as const;
export const FINAL_STATES = ["completed", "failed", "denied", "cancelled"] as const;

export type PendingState = (typeof PENDING_STATES)[number];
export type FinalState = (typeof FINAL_STATES)[number];

/** The name of each state; no two states share one. */
export type ToolCallState = PendingState | FinalState;

/** Where a tool call is, as XState represents it. */
export type ToolCallValue = { pending: PendingState } | FinalState;

/** The public status of a tool call. */
export type ToolCallStatus = "pending" | FinalState;

interface InState {
  value: ToolCallValue;
}

/** Which kind of wait a tool call is in, or null once it has its outcome or is cancelled. */
export const pendingState = ({ value }: InState): PendingState | null =>
  typeof value === "string" ? null : value.pending;

/** The status of a tool call. */
export const toolCallStatus = ({ value }: InState): ToolCallStatus =>
  typeof value === "string" ? value : "pending";

/** The state's name, such as `executing`. */
export const toolCallState = ({ value }: InState): ToolCallState =>
  typeof value === "string" ? value : value.pending;

/** The value with this state's name. */
export const toolCallValue = (name: ToolCallState): ToolCallValue =>
  (PENDING_STATES as readonly string[]).includes(name)
    ? { pending: name as PendingState }
    : (name as FinalState);
