import type { FunctionVisibility, GenericDataModel, MutationBuilder, QueryBuilder } from "convex/server";
import type { TurnLimits } from "../../machines/events.js";
import type { Agent } from "../../component/validators.js";
import type { ComponentApi, MutationCtx, QueryCtx } from "../types.js";

/** What the functions of an agent have in common. */
export interface ApiContext<V extends FunctionVisibility> {
  component: ComponentApi;
  query: QueryBuilder<GenericDataModel, V>;
  mutation: MutationBuilder<GenericDataModel, V>;
  /** Throws for a caller who may not touch the thread. */
  authorize: (ctx: QueryCtx | MutationCtx, threadId: string) => Promise<void>;
  /** What comes with each event that can start a turn. */
  turnStart: () => Promise<{ agent: Agent; limits: TurnLimits }>;
}
