import { AsyncLocalStorage } from "node:async_hooks";

/** The part of convex-test's state that begins and ends transactions. */
export interface TransactionManager {
  begin(isNested: boolean, limits?: unknown): Promise<void>;
  commit(isNested: boolean): bigint | null;
  rollback(isNested: boolean): void;
  /** Whether Convex's limits hold. */
  _limitsConfig: unknown;
}

/** Lets something happen past Convex's limits. */
export async function withoutLimits<R>(manager: TransactionManager, work: () => Promise<R>): Promise<R> {
  const limits = manager._limitsConfig;
  manager._limitsConfig = false;
  try {
    return await work();
  } finally {
    manager._limitsConfig = limits;
  }
}

/** convex-test keeps its state in a store private to its module; every call enters it, which is the moment to see it. */
export function captureTransactionManager(enter: () => unknown): TransactionManager {
  const original = Object.getOwnPropertyDescriptor(AsyncLocalStorage.prototype, "run")!;
  const run = original.value as (...args: unknown[]) => unknown;
  let captured: TransactionManager | undefined;
  AsyncLocalStorage.prototype.run = function (this: unknown, ...args: unknown[]) {
    captured ??= (args[0] as { transactionManager?: TransactionManager } | undefined)?.transactionManager;
    return run.apply(this, args);
  } as typeof AsyncLocalStorage.prototype.run;
  try {
    void enter();
  } finally {
    Object.defineProperty(AsyncLocalStorage.prototype, "run", original);
  }
  if (!captured) throw new Error("This version of convex-test keeps its transactions elsewhere.");
  return captured;
}

/**
 * Runs `after` behind each top-level transaction, before the next one begins. Transactions come in the order in which
 * they were asked for.
 *
 * @param isOwn - whether the running transaction is one of `after` itself.
 */
export function afterEachTransaction(
  manager: TransactionManager,
  isOwn: () => boolean,
  after: () => Promise<void>,
): void {
  const begin = manager.begin.bind(manager);
  const commit = manager.commit.bind(manager);
  const rollback = manager.rollback.bind(manager);
  let last = Promise.resolve();
  let letNextBegin = () => {};

  const end = (isNested: boolean) => {
    if (isNested || isOwn()) return;
    void after().finally(letNextBegin);
  };
  manager.begin = async (isNested, limits) => {
    if (isNested || isOwn()) return begin(isNested, limits);
    const before = last;
    let done = () => {};
    last = new Promise((resolve) => (done = resolve));
    await before;
    letNextBegin = done;
    return begin(isNested, limits);
  };
  manager.commit = (isNested) => {
    const ts = commit(isNested);
    end(isNested);
    return ts;
  };
  manager.rollback = (isNested) => {
    rollback(isNested);
    end(isNested);
  };
}
