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
  /** The changes of status that the app was told of. */
  statusChanges: defineTable(vStatusChange),
});

/** What a test makes of a change of status, after it was noted. */
export const hearing: { then: ((change: StatusChange, ctx: Ctx) => unknown) | null } = { then: null };

/** Notes a change of status, in its transaction. */
export const statusChanged = internalMutationGeneric({
  args: vStatusChange,
  handler: async (ctx, change) => {
    await ctx.db.insert("statusChanges", change);
    await hearing.then?.(change, ctx as Ctx);
  },
});
