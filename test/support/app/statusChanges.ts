import {
  defineSchema,
  defineTable,
  internalMutationGeneric,
  type GenericDataModel,
  type GenericMutationCtx,
} from "convex/server";
import { vStatusChange, type StatusChange } from "convex-durable-agents";

type Ctx = GenericMutationCtx<GenericDataModel>;

/** The app's own tables. */
export const schema = defineSchema({
  /** The changes of status that the app's mutation has received. */
  statusChanges: defineTable(vStatusChange),
});

/** What a test does with a change of status, after it was stored. */
export const hearing: { then: ((change: StatusChange, ctx: Ctx) => unknown) | null } = { then: null };

/** Stores a change of status, in its transaction. */
export const statusChanged = internalMutationGeneric({
  args: vStatusChange,
  handler: async (ctx, change) => {
    await ctx.db.insert("statusChanges", change);
    await hearing.then?.(change, ctx as Ctx);
  },
});
