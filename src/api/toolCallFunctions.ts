import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import type { Target } from "../../component/validators/thread.js";
import { refusal } from "../errors.js";
import type { MutationCtx } from "../types.js";
import type { ApiContext } from "./apiContext.js";

/** Which call is meant. `threadId` is needed where threads of the caller share the call's id. */
const vWhich = { toolCallId: v.string(), threadId: v.optional(v.string()) };

/** The functions through which people and other systems answer tool calls. */
export function toolCallFunctions<V extends FunctionVisibility>({
  component,
  mutation,
  ownerOf,
  authorize,
}: ApiContext<V>) {
  const which = async (
    ctx: MutationCtx,
    { toolCallId, threadId }: { toolCallId: string; threadId?: string },
  ) => {
    if (threadId !== undefined) return { toolCallId, ...(await authorize(ctx, threadId)) };
    const candidates = await ctx.runQuery(component.toolCalls.locate, {
      toolCallId,
      owner: await ownerOf(ctx),
    });
    const allowed: Target[] = [];
    for (const candidate of candidates) {
      try {
        allowed.push(await authorize(ctx, candidate));
      } catch {
        // Who may not touch the call must not learn that it is there.
      }
    }
    const [target, another] = allowed;
    if (!target) throw refusal("tool_call_not_found", `There is no tool call "${toolCallId}".`);
    if (another)
      throw refusal(
        "tool_call_ambiguous",
        `More than one thread has a tool call "${toolCallId}": pass threadId.`,
      );
    return { toolCallId, ...target };
  };
  return {
    /** Answers an async tool's call. */
    addToolResult: mutation({
      args: { ...vWhich, result: v.any() },
      returns: v.null(),
      handler: async (ctx, { result, ...named }): Promise<null> => {
        const call = await which(ctx, named);
        return ctx.runMutation(component.answers.addResult, { ...call, result: result as unknown });
      },
    }),

    /** Answers an async tool's call with an error, which the model sees. */
    addToolError: mutation({
      args: { ...vWhich, error: v.string() },
      returns: v.null(),
      handler: async (ctx, { error, ...named }): Promise<null> => {
        const call = await which(ctx, named);
        return ctx.runMutation(component.answers.addError, { ...call, error });
      },
    }),

    /** Lets a call run that needs approval, with the model's arguments or with edited ones. */
    approveToolCall: mutation({
      args: { ...vWhich, args: v.optional(v.any()) },
      returns: v.null(),
      handler: async (ctx, { args, ...named }): Promise<null> => {
        const call = await which(ctx, named);
        return ctx.runMutation(component.answers.approve, { ...call, input: args as unknown });
      },
    }),

    /** Settles a call that needs approval as denied: it does not run, and the model is told the reason. */
    denyToolCall: mutation({
      args: { ...vWhich, reason: v.optional(v.string()) },
      returns: v.null(),
      handler: async (ctx, { reason, ...named }): Promise<null> => {
        const call = await which(ctx, named);
        return ctx.runMutation(component.answers.deny, { ...call, reason });
      },
    }),

    /** Moves the deadline of an async tool's call to `ms` milliseconds from now; null removes it. */
    moveToolCallDeadline: mutation({
      args: { ...vWhich, ms: v.union(v.number(), v.null()) },
      returns: v.null(),
      handler: async (ctx, { ms, ...named }): Promise<null> => {
        const call = await which(ctx, named);
        return ctx.runMutation(component.answers.moveDeadline, { ...call, ms });
      },
    }),
  };
}
