import type { TransactionMetrics } from "convex/server";
import { withHandlers, type Modules } from "./functions.js";

/** What each top-level query and mutation of a component read, wrote and scheduled, in the order of their ends. */
export interface Measured {
  name: string;
  metrics: TransactionMetrics;
}

interface MeteredCtx {
  meta: { getTransactionMetrics(): Promise<TransactionMetrics> };
}

/** The modules with each of their queries and mutations measured. */
export const withMeter = (modules: Modules, measured: Measured[]): Modules =>
  withHandlers<MeteredCtx>(modules, (called, name) =>
    called.isAction
      ? null
      : async (ctx, args) => {
          const result = await called._handler(ctx, args);
          measured.push({ name, metrics: await ctx.meta.getTransactionMetrics() });
          return result;
        },
  );
