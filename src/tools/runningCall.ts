import { v, type Infer } from "convex/values";
import { encodeValue } from "../../component/lib/storable.js";
import type { ActionCtx, ComponentApi, DataPart, QueryCtx } from "../types.js";

/**
 * The validator of {@link ToolCallIdentity}, for the arguments of a handler with `identity: true`.
 *
 * @example
 * args: { amount: v.number(), toolCall: vToolCallIdentity }
 */
export const vToolCallIdentity = v.object({
  threadId: v.string(),
  toolCallId: v.string(),
  toolName: v.string(),
  /** From 1. */
  attempt: v.number(),
  /** The same for all attempts at the call, and for no other call of any thread. */
  idempotencyKey: v.string(),
  /** The user whose thread it is, and the one who sent what is answered; null where the app has no users. */
  owner: v.union(v.string(), v.null()),
  sender: v.union(v.string(), v.null()),
});

/** Which call a handler runs for, and which attempt it is. A handler with `identity: true` receives it as `toolCall`. */
export type ToolCallIdentity = Infer<typeof vToolCallIdentity>;

/**
 * Tells the readers of a thread, from a running handler, how far it has come: they see `data` as the call's preliminary output,
 * until it has its outcome. Updates within 250 ms of the last one are left out.
 *
 * @param component - the mounted component, `components.durableAgents`.
 * @param toolCall - what a handler with `identity: true` receives.
 * @param data - anything that Convex can store, with the call's arguments at most 1 MiB.
 * @returns false if the call was cancelled or timed out, or a later attempt runs it: nothing was stored, and the handler may return.
 * @throws result_too_large
 * @example
 * await reportProgress(ctx, components.durableAgents, toolCall, { pages: 3, of: 12 });
 */
export function reportProgress(
  ctx: Pick<ActionCtx, "runMutation">,
  component: ComponentApi,
  { idempotencyKey, attempt }: Pick<ToolCallIdentity, "idempotencyKey" | "attempt">,
  data: unknown,
): Promise<boolean> {
  return ctx.runMutation(component.toolCalls.noteProgress, {
    idempotencyKey,
    attempt,
    data: encodeValue(data),
  });
}

/**
 * Writes a data part into the answer that called a tool, from the tool's running handler. It stays with the call: in forks too, and
 * until the answer is regenerated. If the call is tried again, its next attempt starts without it.
 *
 * @param component - the mounted component, `components.durableAgents`.
 * @param toolCall - what a handler with `identity: true` receives.
 * @param part - one with the type and the id of an earlier one takes its place. With `transient`, readers are shown it once. All parts of
 * a call have at most 256 KiB.
 * @returns false if the call was cancelled or timed out, or a later attempt runs it: nothing was written, and the handler may return.
 * @throws invalid_data_part, data_too_large
 * @example
 * await writeData(ctx, components.durableAgents, toolCall, { type: "data-chart", id: "sales", data: { points } });
 */
export function writeData(
  ctx: Pick<ActionCtx, "runMutation">,
  component: ComponentApi,
  { idempotencyKey, attempt }: Pick<ToolCallIdentity, "idempotencyKey" | "attempt">,
  { type, id, data, transient }: DataPart,
): Promise<boolean> {
  const part = { type, id, data: encodeValue(data), transient };
  return ctx.runMutation(component.toolCalls.writeData, { idempotencyKey, attempt, part });
}

/**
 * Checks, inside a long handler, whether its result is still wanted. False after the call was cancelled or timed out, and
 * while a later attempt runs it: the handler may return early then, because its result is not used.
 *
 * @param component - the mounted component, `components.durableAgents`.
 * @param toolCall - what a handler with `identity: true` receives.
 * @example
 * if (!(await isToolCallWanted(ctx, components.durableAgents, toolCall))) return null;
 */
export function isToolCallWanted(
  ctx: Pick<QueryCtx, "runQuery">,
  component: ComponentApi,
  { idempotencyKey, attempt }: ToolCallIdentity,
): Promise<boolean> {
  return ctx.runQuery(component.toolCalls.isWanted, { idempotencyKey, attempt });
}
