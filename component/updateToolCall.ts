import type { ToolCallEvent } from "../machines/events.js";
import type { Doc } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";
import { dispatch } from "./dispatch.js";
import { stepToolCallRow } from "./toolCallDispatch.js";
import { roundIsSettled } from "./round.js";

/**
 * Takes a stored tool call through an event. The call that gets its step's last outcome tells the thread: a
 * thread hears of its tools once a step, however many there are.
 *
 * @param brings - what comes with the event: a result, the file that holds it, or arguments that a person edited.
 * @returns false when the event is stale or means nothing now; then nothing was written.
 */
export async function updateToolCall(
  ctx: MutationCtx,
  call: Doc<"toolCalls">,
  event: ToolCallEvent,
  brings: Partial<Pick<Doc<"toolCalls">, "input" | "output" | "file">> = {},
): Promise<boolean> {
  const { row, accepted, report } = await stepToolCallRow(ctx, { ...call, ...brings }, event);
  if (!accepted) return false;
  const { snapshot, pending, options, pool, job, deadline } = row;
  await ctx.db.patch("toolCalls", call._id, { ...brings, snapshot, pending, options, pool, job, deadline });
  if (report && (await roundIsSettled(ctx, call))) {
    const thread = await ctx.db.get("threads", call.threadId);
    if (thread) await dispatch(ctx, thread, { type: "TOOLS_SETTLED", generation: call.generation });
  }
  return true;
}
