import type { FunctionVisibility, GenericDataModel, MutationBuilder, QueryBuilder } from "convex/server";
import type { TurnLimits } from "../../machines/thread/budgets.js";
import type { Agent, Target } from "../../component/validators/thread.js";
import type { ComponentApi, MutationCtx, QueryCtx } from "../types.js";

/** What the functions of an agent have in common. */
export interface ApiContext<V extends FunctionVisibility> {
  component: ComponentApi;
  query: QueryBuilder<GenericDataModel, V>;
  mutation: MutationBuilder<GenericDataModel, V>;
  /** Whose threads the caller may touch: null is nobody's; undefined where the app has no owners. */
  ownerOf: (ctx: QueryCtx | MutationCtx) => Promise<Target["owner"]>;
  /** Asks the app whether the caller may touch a thread, and answers what the component has to check besides. */
  authorize: (ctx: QueryCtx | MutationCtx, threadId: string) => Promise<Target>;
  /**
   * What comes with each event that can start a turn.
   *
   * @throws stream_handler_not_found, workpool_bridge_not_found, status_mutation_not_found
   */
  turnStart: () => Promise<{ agent: Agent; limits: TurnLimits }>;
}
