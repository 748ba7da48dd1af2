import {
  internalMutationGeneric,
  type FunctionHandle,
  type FunctionReference,
  type GenericDataModel,
  type GenericMutationCtx,
} from "convex/server";
import { v } from "convex/values";

type Args = Record<string, unknown>;
type Ctx = Pick<GenericMutationCtx<GenericDataModel>, "runQuery" | "runMutation">;

/**
 * The methods of a `Workpool` that the bridge calls. They are spelled out because `@convex-dev/workpool` is an optional
 * peer: an app without it could not compile declarations that import from it.
 */
interface Pool {
  enqueueAction(
    ctx: Ctx,
    action: FunctionReference<"action", "internal", Args, unknown>,
    args: Args,
    options: { retry: false; onComplete: FunctionReference<"mutation", "internal">; context: unknown },
  ): Promise<string>;
  cancel(ctx: Ctx, workId: never): Promise<void>;
}

const vRequest = {
  /** Work to enqueue: an action's handle and arguments, and the handle of the mutation to call when it has ended. */
  action: v.optional(v.string()),
  args: v.optional(v.any()),
  onComplete: v.optional(v.string()),
  context: v.optional(v.any()),
  /** Work to cancel, by its id. */
  cancel: v.optional(v.string()),
};

/**
 * Creates the mutation through which the component runs actions in a workpool. Export it, and pass its reference to
 * `defineAgentApi` as `workpoolEnqueueAction` or `toolExecutionWorkpoolEnqueueAction`.
 *
 * The pool's own retries are off: the thread retries by itself, and knows what may run twice.
 *
 * @param pool - a `Workpool` of `@convex-dev/workpool`.
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
        // A function's handle may stand where a reference to the function may.
        return pool.enqueueAction(ctx, action as FunctionHandle<"action", Args, unknown>, args as Args, {
          retry: false,
          onComplete: onComplete as FunctionHandle<"mutation">,
          context: context as unknown,
        });
      },
    }),
  };
}
