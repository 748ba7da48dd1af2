import { AsyncLocalStorage } from "node:async_hooks";
import { getConvexSize, jsonToConvex, type JSONValue, type Value } from "convex/values";
import {
  findFunction,
  interceptSyscalls,
  type Convex,
  type FunctionPath,
} from "../../example/embedded/convex.js";
import { handleOf, parseHandle } from "../../example/embedded/functionHandles.js";
import { sleep } from "./chance.js";
import type { Change, Row } from "./reads.js";
import type { Transactions } from "./transactions.js";

const TABLE = "_scheduled_functions";

/** An action ends after so long, whatever it does. */
const ACTION_LIMIT_MS = 30 * 60_000;

type State = "pending" | "inProgress" | "success" | "failed" | "canceled";

interface Job extends Row {
  name: string;
  args: [Value];
  scheduledTime: number;
  state: { kind: State };
}

/** A process that runs an action: dead ones do nothing more, and the platform notices. */
export class Runner {
  isDead = false;
  readonly died: Promise<void>;
  private notice!: () => void;

  constructor() {
    this.died = new Promise((resolve) => (this.notice = resolve));
  }

  die(): void {
    this.isDead = true;
    this.notice();
  }
}

interface Queued {
  componentPath: string;
  id: string;
  dueAt: number;
}

/** Runs an action by its path, as the given runner. */
export type RunAction = (target: FunctionPath, args: Value, runner: Runner) => Promise<unknown>;

/** The job that each function runs as, of whichever deployment. */
const jobs = new AsyncLocalStorage<{ componentPath: string; id: string }>();

/**
 * The scheduler of a deployment: rows of `_scheduled_functions` are all there is. A bounded number of jobs runs at a time, in
 * the order of their due times; an action holds its place until it ends, and a mutation while it waits to be tried again.
 */
export class Scheduler {
  /** Scheduled functions that began, by name. */
  readonly begun = new Map<string, number>();
  /** How late a job of each function began at most, in milliseconds. */
  readonly longestWaits = new Map<string, number>();
  private readonly queue: Queued[] = [];
  private readonly running = new Map<string, Runner>();
  private readonly runningCrons = new Set<string>();
  private free: number;
  private pausedUntil = 0;
  private heldBack: string | null = null;

  constructor(
    private readonly convex: Pick<Convex, "internals" | "run">,
    private readonly transactions: Transactions,
    private readonly runAction: RunAction,
    slots: number,
  ) {
    this.free = slots;
    this.takeOverSyscalls();
    transactions.onCommit((changes) => changes.forEach((change) => this.enqueue(change)));
  }

  /** No job begins for so long. Actions that run meanwhile come to their end. */
  async pause(ms: number): Promise<void> {
    this.pausedUntil = Date.now() + ms;
    for (const runner of this.running.values()) runner.die();
    await sleep(ms);
    await this.failInterrupted();
    this.pump();
  }

  /** The backend starts again: what was in progress has failed, what waits is still due. */
  async restart(): Promise<void> {
    for (const runner of this.running.values()) runner.die();
    await this.failInterrupted();
    this.pump();
  }

  /** A backup is restored: it holds no scheduled functions, and nothing runs any more. */
  async restoreWithoutJobs(): Promise<void> {
    for (const runner of this.running.values()) runner.die();
    this.queue.length = 0;
    await this.eachJob((db, job) => void delete db._documents[job._id]);
  }

  /** Changes the rows of jobs as nobody would: lost, cancelled from the dashboard, or in progress for ever. */
  async tamper(isMeant: (job: Job) => boolean, how: "lost" | "canceled" | "stuck"): Promise<number> {
    let count = 0;
    await this.eachJob((db, job) => {
      if (job.state.kind !== "pending" || !isMeant(job)) return;
      count += 1;
      if (how === "lost") delete db._documents[job._id];
      else job.state = { kind: how === "stuck" ? "inProgress" : "canceled" };
    });
    return count;
  }

  /** Jobs of this function do not begin until they are let go. */
  holdBack(name: string): void {
    this.heldBack = name;
  }

  letGo(): void {
    this.heldBack = null;
    this.pump();
  }

  /** How many jobs of a function wait to begin. */
  waiting(name: string): number {
    return this.queue.filter((queued) => {
      const job = this.read(queued);
      return job?.state.kind === "pending" && job.name.endsWith(name);
    }).length;
  }

  /** Runs a component's cron, in places of its own, unless its last run is still under way. */
  async runCron(componentPath: string, { udfPath, args }: { udfPath: string; args: Value }): Promise<void> {
    if (this.runningCrons.has(udfPath) || Date.now() < this.pausedUntil) return;
    this.runningCrons.add(udfPath);
    const body = this.bodyOf({ componentPath, udfPath }, args);
    await this.transactions
      .mutation(() => this.convex.run.runInComponent(componentPath, body), { isScheduled: true })
      .finally(() => this.runningCrons.delete(udfPath));
  }

  private bodyOf(target: FunctionPath, args: Value) {
    return async (ctx: { runMutation: (handle: never, args: never) => Promise<unknown> }) => {
      await ctx.runMutation(handleOf(target) as never, args as never);
      return null;
    };
  }

  private async eachJob(
    change: (db: { _documents: Record<string, unknown> }, job: Job) => void,
  ): Promise<void> {
    for (const { db } of Object.values(this.convex.internals.components))
      for (const [id, row] of Object.entries(db._documents))
        if (id.endsWith(TABLE)) change(db, row as unknown as Job);
    await Promise.resolve();
  }

  private failInterrupted(): Promise<void> {
    return this.eachJob((_db, job) => {
      if (job.state.kind === "inProgress") job.state = { kind: "failed" };
    });
  }

  private enqueue({ componentPath, table, id, before, after }: Change): void {
    if (table !== TABLE || before !== null || (after as Job | null)?.state.kind !== "pending") return;
    const dueAt = (after as Job).scheduledTime;
    this.queue.push({ componentPath, id, dueAt });
    this.queue.sort((a, b) => a.dueAt - b.dueAt);
    setTimeout(() => this.pump(), Math.max(0, dueAt - Date.now()));
  }

  /** Begins due jobs as long as there are places. */
  private pump(): void {
    if (Date.now() < this.pausedUntil) return;
    const kept: Queued[] = [];
    while (this.free > 0 && (this.queue[0]?.dueAt ?? Infinity) <= Date.now()) {
      const queued = this.queue.shift()!;
      const job = this.read(queued);
      if (job?.state.kind !== "pending") continue;
      if (this.heldBack !== null && job.name.endsWith(this.heldBack)) {
        kept.push(queued);
        continue;
      }
      this.free -= 1;
      this.noteWait(job.name, Date.now() - queued.dueAt);
      void this.run(queued, job).finally(() => {
        this.free += 1;
        this.pump();
      });
    }
    this.queue.unshift(...kept);
  }

  /** How late any job began at most, in milliseconds. */
  get longestWaitMs(): number {
    return Math.max(0, ...this.longestWaits.values());
  }

  private noteWait(job: string, ms: number): void {
    const name = job.startsWith("function://") ? parseHandle(job).udfPath : job;
    this.longestWaits.set(name, Math.max(this.longestWaits.get(name) ?? 0, ms));
  }

  private read({ componentPath, id }: { componentPath: string; id: string }): Job | null {
    return (this.convex.internals.components[componentPath]!.db._documents[id] ??
      null) as unknown as Job | null;
  }

  private async run(queued: Queued, job: Job): Promise<void> {
    const { componentPath } = queued;
    const target = job.name.startsWith("function://")
      ? parseHandle(job.name)
      : { componentPath, udfPath: job.name };
    this.begun.set(target.udfPath, (this.begun.get(target.udfPath) ?? 0) + 1);
    const found = await findFunction(this.convex, target);
    await jobs.run(queued, () =>
      found?.isAction
        ? this.runJobAction(queued, target, job.args[0])
        : this.runJobMutation(queued, target, job.args[0]),
    );
  }

  /** A mutation commits together with its job's outcome. One that throws is over for good. */
  private async runJobMutation(queued: Queued, target: FunctionPath, args: Value): Promise<void> {
    const body = async (ctx: { runMutation: (handle: never, args: never) => Promise<unknown> }) => {
      this.transactions.noteRead(queued.componentPath, queued.id);
      if (this.stateIn(queued) !== "pending") return null;
      await ctx.runMutation(handleOf(target) as never, args as never);
      this.setStateIn(queued, "success");
      return null;
    };
    try {
      await this.transactions.mutation(() => this.convex.run.runInComponent(queued.componentPath, body), {
        isScheduled: true,
      });
    } catch {
      await this.write(queued, "failed");
    }
  }

  private async runJobAction(queued: Queued, target: FunctionPath, args: Value): Promise<void> {
    const runner = new Runner();
    const key = `${queued.componentPath}/${queued.id}`;
    await this.write(queued, "inProgress");
    this.running.set(key, runner);
    const limit = sleep(ACTION_LIMIT_MS).then(() => "failed" as const);
    const end = this.runAction(target, args, runner).then(
      () => "success" as const,
      () => "failed" as const,
    );
    const death = runner.died.then(() => "failed" as const);
    const outcome = await Promise.race([end, death, limit]);
    runner.die();
    this.running.delete(key);
    await this.write(queued, outcome);
  }

  private stateIn({ componentPath, id }: Queued): State | undefined {
    return (this.convex.internals.components[componentPath]!.db.get(TABLE, id) as unknown as Job | null)
      ?.state.kind;
  }

  private setStateIn({ componentPath, id }: Queued, kind: State): void {
    if (this.stateIn({ componentPath, id, dueAt: 0 }) === undefined) return;
    this.convex.internals.components[componentPath]!.db.patch(TABLE, id, {
      state: { kind },
      ...(kind !== "inProgress" && { completedTime: Date.now() }),
    });
  }

  /** Writes a job's state in a transaction of its own, unless it has ended. */
  private async write(queued: Queued, kind: State): Promise<void> {
    await this.convex.run.runInComponent(queued.componentPath, async () => {
      const state = this.stateIn(queued);
      if (state === "pending" || state === "inProgress") this.setStateIn(queued, kind);
      return null;
    });
  }

  private takeOverSyscalls(): void {
    const componentOf = async (next: (op: string, args: string) => Promise<string>) =>
      (JSON.parse(await next("1.0/getFunctionMetadata", "{}")) as FunctionPath).componentPath;
    interceptSyscalls(this.convex, {
      "1.0/schedule": async (args, next) => {
        const address = { name: args.name, reference: args.reference, functionHandle: args.functionHandle };
        const handle = JSON.parse(await next("1.0/createFunctionHandle", JSON.stringify(address))) as string;
        return JSON.stringify(this.insert(await componentOf(next), parseHandle(handle), args));
      },
      "1.0/cancel_job": async (args, next) => {
        const queued = { componentPath: await componentOf(next), id: args.id as string, dueAt: 0 };
        const state = this.stateIn(queued);
        if (state === "pending" || state === "inProgress") this.setStateIn(queued, "canceled");
        return "{}";
      },
      "1.0/runUdf": (args, next) => {
        const call = () => next("1.0/runUdf", JSON.stringify(args));
        return args.udfType === "snapshotQuery" ? this.transactions.readingStale(call) : call();
      },
    });
  }

  private insert(componentPath: string, target: FunctionPath, args: Record<string, unknown>): string {
    const { components, transactionManager } = this.convex.internals;
    const fnArgs = jsonToConvex(args.args as JSONValue);
    transactionManager.getMetricsTracker()?.trackScheduledFunction(getConvexSize(fnArgs));
    const own = jobs.getStore();
    if (own) this.transactions.noteRead(own.componentPath, own.id);
    const isCanceled = own !== undefined && this.stateIn({ ...own, dueAt: 0 }) === "canceled";
    return components[componentPath]!.db.insert(TABLE, {
      name: target.componentPath === componentPath ? target.udfPath : handleOf(target),
      args: [fnArgs],
      scheduledTime: (args.ts as number) * 1_000,
      state: { kind: isCanceled ? "canceled" : "pending" },
    });
  }
}
