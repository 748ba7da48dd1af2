import type { FunctionVisibility } from "convex/server";
import { v } from "convex/values";
import type { Target } from "../../component/validators/thread.js";
import { agentError } from "../errors.js";
import type { MutationCtx } from "../types.js";
import type { ApiContext } from "./apiContext.js";
import { checkArgs } from "./checkArgs.js";

/** Which tool call. `threadId` is required where two threads of the caller have a call with this id. */
const vToolCall = { toolCallId: v.string(), threadId: v.optional(v.string()) };

/** The functions through which people and other systems answer tool calls. */
export function toolCallFunctions<V extends FunctionVisibility>(api: ApiContext<V>) {
  const { component, mutation, agentName, ownerOf, authorize } = api;

  /** A caller who may not use a thread must not learn that it has the call. */
  const allowed = async (ctx: MutationCtx, candidates: string[]): Promise<Target[]> => {
    const targets: Target[] = [];
    for (const candidate of candidates) {
      try {
        targets.push(await authorize(ctx, candidate));
      } catch {
        // The callback denied this thread.
      }
    }
    return targets;
  };

  /** Without a thread's id, the call that is awaited is the one meant; if none is, one that has ended. */
  const findCall = async (
    ctx: MutationCtx,
    { toolCallId, threadId }: { toolCallId: string; threadId?: string },
  ) => {
    if (threadId !== undefined) return { toolCallId, ...(await authorize(ctx, threadId)) };
    const owner = await ownerOf(ctx);
    for (const isAwaited of [true, false]) {
      const call = { toolCallId, isAwaited, owner, agentName };
      const [target, another] = await allowed(ctx, await ctx.runQuery(component.toolCalls.locate, call));
      if (another)
        throw agentError(
          "tool_call_ambiguous",
          `More than one thread has a tool call "${toolCallId}": pass threadId.`,
        );
      if (target) return { toolCallId, ...target };
    }
    throw agentError("tool_call_not_found", `There is no tool call "${toolCallId}".`);
  };

  return {
    /**
     * Answers an async tool's call with a result.
     *
     * @throws tool_call_not_found, tool_call_ambiguous, tool_call_not_async, tool_call_awaiting_approval, tool_call_settled,
     * result_too_large
     */
    addToolResult: mutation({
      args: { ...vToolCall, result: v.any() },
      returns: v.null(),
      handler: async (ctx, { result, ...which }): Promise<null> => {
        const call = await findCall(ctx, which);
        return ctx.runMutation(component.answers.addResult, { ...call, result: result as unknown });
      },
    }),

    /**
     * Answers an async tool's call with an error, which the model sees.
     *
     * @throws tool_call_not_found, tool_call_ambiguous, tool_call_not_async, tool_call_awaiting_approval, tool_call_settled,
     * result_too_large
     */
    addToolError: mutation({
      args: { ...vToolCall, error: v.string() },
      returns: v.null(),
      handler: async (ctx, { error, ...which }): Promise<null> => {
        const call = await findCall(ctx, which);
        return ctx.runMutation(component.answers.addError, { ...call, error });
      },
    }),

    /**
     * Approves a tool call that needs approval, so that it runs.
     *
     * @param args - arguments that a person edited, an object that the tool's schema accepts. Default: the model's own.
     * @throws tool_call_not_found, tool_call_ambiguous, tool_call_not_awaiting_approval, invalid_tool_args, result_too_large
     */
    approveToolCall: mutation({
      args: { ...vToolCall, args: v.optional(v.any()) },
      returns: v.null(),
      handler: async (ctx, { args, ...which }): Promise<null> => {
        const call = await findCall(ctx, which);
        if (args !== undefined) checkArgs(args, await ctx.runQuery(component.toolCalls.argsSchema, call));
        return ctx.runMutation(component.answers.approve, { ...call, input: args as unknown });
      },
    }),

    /**
     * Denies a tool call that needs approval: it does not run, and the model receives the reason.
     *
     * @param reason - why, for the model.
     * @throws tool_call_not_found, tool_call_ambiguous, tool_call_not_awaiting_approval, result_too_large
     */
    denyToolCall: mutation({
      args: { ...vToolCall, reason: v.optional(v.string()) },
      returns: v.null(),
      handler: async (ctx, { reason, ...which }): Promise<null> => {
        const call = await findCall(ctx, which);
        return ctx.runMutation(component.answers.deny, { ...call, reason });
      },
    }),

    /**
     * Moves the deadline of an async tool's call.
     *
     * @param ms - milliseconds from now, at most a year; null removes the deadline.
     * @throws tool_call_not_found, tool_call_ambiguous, tool_call_not_async, tool_call_awaiting_approval, tool_call_settled,
     * invalid_deadline
     */
    moveToolCallDeadline: mutation({
      args: { ...vToolCall, ms: v.union(v.number(), v.null()) },
      returns: v.null(),
      handler: async (ctx, { ms, ...which }): Promise<null> => {
        const call = await findCall(ctx, which);
        return ctx.runMutation(component.answers.moveDeadline, { ...call, ms });
      },
    }),
  };
}
