import type { TransactionMetrics } from "convex/server";

/** What each top-level query and mutation of a component read, wrote and scheduled, in the order of their ends. */
export interface Measured {
  name: string;
  metrics: TransactionMetrics;
}

interface Transaction {
  isMutation?: boolean;
  isQuery?: boolean;
  _handler: (ctx: MeteredCtx, args: unknown) => Promise<unknown>;
}

interface MeteredCtx {
  meta: { getTransactionMetrics(): Promise<TransactionMetrics> };
}

/** The modules with each of their queries and mutations measured. */
export function withMeter(modules: Record<string, () => Promise<unknown>>, measured: Measured[]) {
  return Object.fromEntries(
    Object.entries(modules).map(([path, load]) => [
      path,
      async () => {
        const file = path.replace(/^.*\/(\w+)\.ts$/, "$1");
        const module = (await load()) as Record<string, Transaction>;
        return Object.fromEntries(
          Object.entries(module).map(([name, value]) => [
            name,
            value?.isMutation || value?.isQuery ? metered(value, `${file}:${name}`, measured) : value,
          ]),
        );
      },
    ]),
  );
}

function metered(transaction: Transaction, name: string, measured: Measured[]): Transaction {
  const run = async (ctx: MeteredCtx, args: unknown) => {
    const result = await transaction._handler(ctx, args);
    measured.push({ name, metrics: await ctx.meta.getTransactionMetrics() });
    return result;
  };
  return Object.assign(() => {}, transaction, { _handler: run });
}
