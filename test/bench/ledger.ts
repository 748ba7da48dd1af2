import type { TransactionMetrics } from "convex/server";
import { withHandlers, type ConvexFunction, type Modules } from "../support/functions.js";
import type { Audience } from "./audience.js";
import { pause } from "./clock.js";

/** How long a call of a function is taken to be, in milliseconds, where time is not modelled. */
export const CALL_MS = 10;

/** One top-level call of a function: what its transaction came to, or, of an action, how long it took. */
interface FunctionCall {
  name: string;
  metrics: TransactionMetrics | null;
  ms: number;
}

/** What work costs on Convex. */
export interface Costs {
  calls: number;
  documentsWritten: number;
  bytesWritten: number;
  documentsRead: number;
  bytesRead: number;
  /** Of all actions; each call that one makes takes {@link CALL_MS}. */
  actionSeconds: number;
}

type Run = (...args: unknown[]) => Promise<unknown>;

interface Ctx {
  meta: { getTransactionMetrics(): Promise<TransactionMetrics> };
  runQuery: Run;
  runMutation: Run;
  runAction: Run;
}

/**
 * Writes down each top-level call of the functions that it counts. A query or mutation that another one calls
 * shares that one's transaction, and is not a call of its own.
 */
export class Ledger {
  /** How long each counted call takes before it does anything, in milliseconds of the clock. */
  callMs = 0;
  private calls: FunctionCall[] = [];
  /** The queries of clients. */
  private asked: FunctionCall[] = [];
  /** Transactions are serialized, so that nested ones are those that begin while one is open. */
  private open = 0;

  /** @param audience - whose calls are counted apart, and which is notified of each top-level mutation. */
  constructor(private readonly audience: Pick<Audience, "isReading" | "touch">) {}

  reset(): void {
    this.calls = [];
    this.asked = [];
  }

  costs(): Costs {
    return sumOf(this.calls);
  }

  /** What the queries of clients cost. */
  clientCosts(): Costs {
    return sumOf(this.asked);
  }

  /** What each function cost, by its name. */
  byFunction(): Record<string, Costs> {
    const names = new Set(this.calls.map(({ name }) => name));
    return Object.fromEntries(
      [...names].map((called) => [called, sumOf(this.calls.filter(({ name }) => name === called))]),
    );
  }

  /** The modules with each of their functions counted. */
  counted(modules: Modules): Modules {
    return withHandlers<Ctx>(modules, (called, name) => (ctx, args) => {
      const run = called.isAction ? this.runAction.bind(this) : this.runTransaction.bind(this);
      return run(called, name, ctx, args);
    });
  }

  private async runAction(
    action: ConvexFunction<Ctx>,
    name: string,
    ctx: Ctx,
    args: unknown,
  ): Promise<unknown> {
    const call: FunctionCall = { name, metrics: null, ms: 0 };
    this.calls.push(call);
    await this.takeTime();
    const start = Date.now();
    let calls = 0;
    const counted =
      (run: Run): Run =>
      (...given) => {
        calls += 1;
        return run(...given);
      };
    const { runQuery, runMutation, runAction } = ctx;
    const runs = {
      runQuery: counted(runQuery),
      runMutation: counted(runMutation),
      runAction: counted(runAction),
    };
    try {
      return await action._handler({ ...ctx, ...runs }, args);
    } finally {
      call.ms = Date.now() - start + calls * CALL_MS;
    }
  }

  private async runTransaction(
    transaction: ConvexFunction<Ctx>,
    name: string,
    ctx: Ctx,
    args: unknown,
  ): Promise<unknown> {
    const isTopLevel = this.open === 0;
    const isClients = this.audience.isReading();
    this.open += 1;
    try {
      if (isTopLevel && !isClients) await this.takeTime();
      const result = await transaction._handler(ctx, args);
      if (isTopLevel) {
        const metrics = await ctx.meta.getTransactionMetrics();
        (isClients ? this.asked : this.calls).push({ name, metrics, ms: 0 });
        if (transaction.isMutation) this.audience.touch(args, result);
      }
      return result;
    } finally {
      this.open -= 1;
    }
  }

  private async takeTime(): Promise<void> {
    if (this.callMs > 0) await pause(this.callMs);
  }
}

function sumOf(calls: FunctionCall[]): Costs {
  const sum = (key: keyof TransactionMetrics) =>
    calls.reduce((total, { metrics }) => total + (metrics?.[key].used ?? 0), 0);
  return {
    calls: calls.length,
    documentsWritten: sum("documentsWritten"),
    bytesWritten: sum("bytesWritten"),
    documentsRead: sum("documentsRead"),
    bytesRead: sum("bytesRead"),
    actionSeconds: calls.reduce((total, { ms }) => total + ms / 1_000, 0),
  };
}
