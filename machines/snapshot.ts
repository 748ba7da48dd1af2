import { initialThreadContext, type ThreadContext } from "./thread/context.js";
import type { ThreadValue } from "./thread/states.js";
import { initialToolCallContext, type ToolCallContext, type ToolCallPolicy } from "./toolCall/context.js";
import type { ToolCallValue } from "./toolCall/states.js";

/** A machine's state as plain data: what `resolveState` and Stately's tools take. */
export interface Snapshot<Value, Context> {
  value: Value;
  context: Context;
}
export type ThreadSnapshot = Snapshot<ThreadValue, ThreadContext>;
export type ToolCallSnapshot = Snapshot<ToolCallValue, ToolCallContext>;

/** The snapshot of a thread that was just created. */
export const createThreadSnapshot = (): ThreadSnapshot => ({
  value: { settled: "idle" },
  context: initialThreadContext,
});

/** The snapshot of a tool call that was just requested. */
export const createToolCallSnapshot = (policy: ToolCallPolicy): ToolCallSnapshot => ({
  value: { pending: "requested" },
  context: { ...initialToolCallContext, ...policy },
});
