import type { ThreadContext } from "./context.js";
import type { ThreadSnapshot, ThreadValue, ToolCallSnapshot } from "./snapshot.js";

/** What the world sees of a thread's state. */
export type ThreadStatus = "streaming" | "awaiting_tool_results" | "completed" | "failed" | "stopped";

/** The stored projection of a snapshot: a thread under deletion has no public status any more. */
export type StoredThreadStatus = ThreadStatus | "deleting";

/** What the world sees of a tool call's state. */
export type ToolCallStatus = "pending" | "completed" | "failed" | "denied" | "cancelled";

/** The path of a thread's state in the machine, such as `running.streaming`. */
export const statePath = ({ value }: { value: ThreadValue }): string =>
  typeof value === "string" ? value : Object.entries(value).flat().join(".");

/** Which part of its turn a thread is in, or null when no turn runs. */
export const runningPart = ({ value }: { value: ThreadValue }) =>
  typeof value !== "string" && "running" in value ? value.running : null;

/** Whether a thread waits for its history to be cut back or copied: what is sent now begins a turn afterwards. */
export const isPreparing = ({ value }: { value: ThreadValue }): boolean =>
  typeof value !== "string" && "preparing" in value;

/** The status of a thread. */
export function threadStatus({ value }: { value: ThreadValue }): StoredThreadStatus {
  if (typeof value !== "string")
    return runningPart({ value }) === "tools" ? "awaiting_tool_results" : "streaming";
  if (value === "idle") return "completed";
  return value === "deleted" ? "deleting" : value;
}

/** The status of a tool call. */
export function toolCallStatus({ value }: ToolCallSnapshot): ToolCallStatus {
  return typeof value === "string" ? value : "pending";
}

/** Whether a tool call waits for a person to let it run. */
export function isAwaitingApproval({ value }: ToolCallSnapshot): boolean {
  return typeof value !== "string" && value.pending === "awaitingApproval";
}

/** Whether a stream handler still owns the step it claimed. False means: write nothing, go away. */
export function ownsLease(
  snapshot: ThreadSnapshot,
  owner: Pick<ThreadContext, "generation"> & { lease: string },
): boolean {
  const { context } = snapshot;
  return (
    runningPart(snapshot) === "streaming" &&
    context.generation === owner.generation &&
    context.lease === owner.lease
  );
}

/** Whether the thread still waits for the tool calls of a generation. False means: start none of them any more. */
export function awaitsTools(snapshot: ThreadSnapshot, generation: number): boolean {
  return runningPart(snapshot) === "tools" && snapshot.context.generation === generation;
}

/** Whether a tool call's executor still owns the call. */
export function ownsEpoch({ value, context }: ToolCallSnapshot, epoch: number): boolean {
  return typeof value !== "string" && value.pending === "executing" && context.epoch === epoch;
}
