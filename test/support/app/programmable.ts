import { internalActionGeneric, type GenericActionCtx, type GenericDataModel } from "convex/server";

type Ctx = GenericActionCtx<GenericDataModel>;
type Run = (ctx: Ctx, args: Record<string, unknown>) => unknown;

/** What the programmable handler does, as a test says. */
export const program: { run: Run } = { run: () => null };

/** A tool's handler, or an async tool's callback, that does what the test says. */
export const handler = internalActionGeneric({
  handler: async (ctx: Ctx, args: Record<string, unknown>) => program.run(ctx, args),
});
