import type { FunctionVisibility } from "convex/server";
import type { Target } from "../../component/validators/thread.js";
import type { AgentApiOptions, QueryCtx } from "../types.js";
import type { ApiContext } from "./apiContext.js";

/**
 * What the functions have in common that only read. No mutation can be built of it, so whoever the app lets inspect other
 * users' threads can change nothing.
 */
export interface ReaderContext<V extends FunctionVisibility> extends Pick<
  ApiContext<V>,
  "component" | "query" | "agentName"
> {
  /** Has the app check that the caller may see a thread, and returns the owner that the component has to check: none for an inspector. */
  authorize: (ctx: QueryCtx, threadId: string) => Promise<Target>;
  /** Returns the user whose threads a list has: undefined for all users', where an inspector asks for them. */
  listedOwner: (ctx: QueryCtx, allOwners: boolean | undefined) => Promise<Target["owner"]>;
}

/** Prepares what the reading functions of an agent share. */
export function createReaderContext<V extends FunctionVisibility>(
  { component, query, agentName, authorize, ownerOf }: ApiContext<V>,
  { inspectorCallback }: AgentApiOptions,
): ReaderContext<V> {
  const mayInspect = async (ctx: QueryCtx, threadId?: string): Promise<boolean> => {
    try {
      return (await inspectorCallback?.(ctx, threadId)) === true;
    } catch {
      return false;
    }
  };
  return {
    component,
    query,
    agentName,
    authorize: async (ctx, threadId) =>
      (await mayInspect(ctx, threadId))
        ? { threadId, owner: undefined, agentName }
        : authorize(ctx, threadId),
    listedOwner: async (ctx, allOwners = false) =>
      allOwners && (await mayInspect(ctx)) ? undefined : ownerOf(ctx),
  };
}
