import {
  internalMutationGeneric,
  type FunctionHandle,
  type FunctionReference,
  type GenericDataModel,
  type GenericMutationCtx,
} from "convex/server";
import { v } from "convex/values";

type AnyAction = FunctionReference<"action", "internal", Record<string, unknown>, unknown>;
type AnyMutation = FunctionReference<"mutation", "internal">;
type Ctx = Pick<GenericMutationCtx<GenericDataModel>, "runQuery" | "runMutation">;

/**
 * The methods of a `Workpool` that the bridge calls. They are spelled out because `@convex-dev/workpool` is an optional
 * peer: an app without it could not compile declarations that import from it.
 */
interface Pool {
  enqueueAction(
    ctx: Ctx,
    action: AnyAction,
    args: Record<string, unknown>,
    options: { retry: false; onComplete: AnyMutation; context: unknown },
  ): Promise<string>;
  cancel(ctx: Ctx, workId: never): Promise<void>;
}

const vRequest = {
  /** Work to run: the action's handle and arguments, and whom to tell of its end. */
  action: v.optional(v.string()),
  args: v.optional(v.any()),
  onComplete: v.optional(v.string()),
  context: v.optional(v.any()),
  /** Work to give up. */
  cancel: v.optional(v.string()),
};

/**
 * Makes the function through which the component reaches a workpool. Export it, and give `defineAgentApi` its reference
 * as `workpoolEnqueueAction` or `toolExecutionWorkpoolEnqueueAction`.
 *
 * The pool's own retries are not used: the thread retries by itself, and knows what may be run twice.
 *
 * @example
 * const pool = new Workpool(components.agentWorkpool, { maxParallelism: 5 });
 * export const { enqueueWorkpoolAction } = createWorkpoolBridge(pool);
 */
export function createWorkpoolBridge(pool: Pool) {
  return {
    enqueueWorkpoolAction: internalMutationGeneric({
      args: vRequest,
      returns: v.union(v.string(), v.null()),
      handler: async (ctx, { action, args, onComplete, context, cancel }): Promise<string | null> => {
        if (cancel !== undefined) {
          await pool.cancel(ctx, cancel as never);
          return null;
        }
        // A handle of a function stands where a reference to it may.
        const run = action as FunctionHandle<"action"> as unknown as AnyAction;
        const told = onComplete as FunctionHandle<"mutation"> as unknown as AnyMutation;
        return pool.enqueueAction(ctx, run, args as Record<string, unknown>, {
          retry: false,
          onComplete: told,
          context: context as unknown,
        });
      },
    }),
  };
}
