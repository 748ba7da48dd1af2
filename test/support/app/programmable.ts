import { internalActionGeneric, type GenericActionCtx, type GenericDataModel } from "convex/server";

type Ctx = GenericActionCtx<GenericDataModel>;
type Run = (ctx: Ctx, args: Record<string, unknown>) => unknown;

/** What the programmable handler does, and what the programmable decision is, as a test says. */
export const program: { run: Run; decide: (args: Record<string, unknown>) => unknown } = {
  run: () => null,
  decide: () => true,
};

/** A tool's handler, or an async tool's callback, that does what the test says. */
export const handler = internalActionGeneric({
  handler: async (ctx: Ctx, args: Record<string, unknown>) => program.run(ctx, args),
});

/** A decision, about an approval or a retry, as the test says. */
export const decide = internalActionGeneric({
  handler: async (_ctx: Ctx, args: Record<string, unknown>) => program.decide(args),
});
