import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import type { MutationCtx } from "../types.js";
import type { ApiContext } from "./apiContext.js";

/** Which call is meant. `threadId` is needed only where two threads share the call's id. */
const vWhich = { toolCallId: v.string(), threadId: v.optional(v.string()) };

/** The functions through which people and other systems answer tool calls. */
export function toolCallFunctions<V extends FunctionVisibility>({
  component,
  mutation,
  authorize,
}: ApiContext<V>) {
  const locate = async (ctx: MutationCtx, which: { toolCallId: string; threadId?: string }) => {
    const threadId = await ctx.runQuery(component.toolCalls.locate, which);
    await authorize(ctx, threadId);
    return { toolCallId: which.toolCallId, threadId };
  };
  return {
    /** Answers an async tool's call. */
    addToolResult: mutation({
      args: { ...vWhich, result: v.any() },
      returns: v.null(),
      handler: async (ctx, { result, ...which }): Promise<null> => {
        const call = await locate(ctx, which);
        return ctx.runMutation(component.answers.addResult, { ...call, result: result as unknown });
      },
    }),

    /** Answers an async tool's call with an error, which the model sees. */
    addToolError: mutation({
      args: { ...vWhich, error: v.string() },
      returns: v.null(),
      handler: async (ctx, { error, ...which }): Promise<null> => {
        const call = await locate(ctx, which);
        return ctx.runMutation(component.answers.addError, { ...call, error });
      },
    }),

    /** Lets a call run that needs approval, with the model's arguments or with edited ones. */
    approveToolCall: mutation({
      args: { ...vWhich, args: v.optional(v.any()) },
      returns: v.null(),
      handler: async (ctx, { args, ...which }): Promise<null> => {
        const call = await locate(ctx, which);
        return ctx.runMutation(component.answers.approve, { ...call, input: args as unknown });
      },
    }),

    /** Settles a call that needs approval as denied: it does not run, and the model is told the reason. */
    denyToolCall: mutation({
      args: { ...vWhich, reason: v.optional(v.string()) },
      returns: v.null(),
      handler: async (ctx, { reason, ...which }): Promise<null> => {
        const call = await locate(ctx, which);
        return ctx.runMutation(component.answers.deny, { ...call, reason });
      },
    }),

    /** Moves the deadline of an async tool's call to `ms` milliseconds from now; null removes it. */
    moveToolCallDeadline: mutation({
      args: { ...vWhich, ms: v.union(v.number(), v.null()) },
      returns: v.null(),
      handler: async (ctx, { ms, ...which }): Promise<null> => {
        const call = await locate(ctx, which);
        return ctx.runMutation(component.answers.moveDeadline, { ...call, ms });
      },
    }),
  };
}
