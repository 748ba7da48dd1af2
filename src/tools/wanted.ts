import type { ToolCallIdentity } from "./tools.js";
import type { ComponentApi, QueryCtx } from "../types.js";

/**
 * Whether a tool call is still wanted: false once it was cancelled, timed out, or is run by a later attempt. A handler
 * that takes long may ask now and then, and give up when the answer is no. What it returns then is not used.
 *
 * @param toolCall - what a handler with `identity: true` received.
 */
export function isToolCallWanted(
  ctx: Pick<QueryCtx, "runQuery">,
  component: ComponentApi,
  { idempotencyKey, attempt }: ToolCallIdentity,
): Promise<boolean> {
  return ctx.runQuery(component.toolCalls.isWanted, { idempotencyKey, attempt });
}
