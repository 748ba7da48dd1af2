import { getConvexSize, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { type Convex, findFunction, type FunctionPath, interceptSyscalls } from "./convex.js";
import { handleOf, parseHandle } from "./functionHandles.js";
import type { Store } from "./store.js";

const TABLE = "_scheduled_functions";
/** Node fires timers of longer delays at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Job {
  name: string;
  args: [Value];
  scheduledTime: number;
  state: { kind: "pending" | "inProgress" | "success" | "failed" | "canceled" };
}

/** A job's row names its function, with a handle where that is in another component. */
const targetOf = (componentPath: string, { name }: Job): FunctionPath =>
  name.startsWith("function://") ? parseHandle(name) : { componentPath, udfPath: name };

/**
 * The scheduler. Rows of `_scheduled_functions` are the only truth: timers are armed when a row's transaction commits
 * and again at a restart. A mutation commits together with its row's outcome, so it takes effect exactly once. An
 * action claims its row first, and one that a crash interrupted is `failed` after the restart: at most once.
 */
export class Jobs {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #running = false;

  constructor(
    private readonly convex: Convex,
    store: Store,
  ) {
    interceptSyscalls(convex, {
      "1.0/schedule": async (args, next) => {
        const address = { name: args.name, reference: args.reference, functionHandle: args.functionHandle };
        const handle = await next("1.0/createFunctionHandle", JSON.stringify(address));
        const metadata = await next("1.0/getFunctionMetadata", "{}");
        const { componentPath } = JSON.parse(metadata) as FunctionPath;
        return JSON.stringify(this.#insert(componentPath, parseHandle(JSON.parse(handle) as string), args));
      },
      "1.0/cancel_job": async (args, next) => {
        const metadata = await next("1.0/getFunctionMetadata", "{}");
        const { componentPath } = JSON.parse(metadata) as FunctionPath;
        this.#finish(componentPath, args.id as string, "canceled");
        return "{}";
      },
    });
    store.onCommit(({ changes }) => {
      for (const { componentPath, table, id } of changes) if (table === TABLE) this.#sync(componentPath, id);
    });
  }

  /** Fails the actions that a crash interrupted and arms what is pending. */
  async start(): Promise<void> {
    this.#running = true;
    for (const [componentPath, { db }] of Object.entries(this.convex.internals.components)) {
      const ids = Object.keys(db._documents).filter((id) => id.endsWith(TABLE));
      const interrupted = ids.filter((id) => this.#job(componentPath, id)?.state.kind === "inProgress");
      if (interrupted.length > 0) {
        await this.#transact(componentPath, () => {
          for (const id of interrupted) this.#finish(componentPath, id, "failed");
        });
      }
      for (const id of ids) this.#sync(componentPath, id);
    }
  }

  stop(): void {
    this.#running = false;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #insert(componentPath: string, target: FunctionPath, args: Record<string, unknown>): string {
    const { components, transactionManager } = this.convex.internals;
    const fnArgs = jsonToConvex(args.args as JSONValue);
    transactionManager.getMetricsTracker()?.trackScheduledFunction(getConvexSize(fnArgs));
    return components[componentPath]!.db.insert(TABLE, {
      name: target.componentPath === componentPath ? target.udfPath : handleOf(target),
      args: [fnArgs],
      scheduledTime: (args.ts as number) * 1000,
      state: { kind: "pending" },
    });
  }

  #job(componentPath: string, id: string): Job | null {
    return this.convex.internals.components[componentPath]!.db.get(TABLE, id) as Job | null;
  }

  #setState(componentPath: string, id: string, value: Record<string, Value>): void {
    this.convex.internals.components[componentPath]!.db.patch(TABLE, id, value);
  }

  /** Sets a job's outcome unless it has one. */
  #finish(componentPath: string, id: string, kind: "success" | "failed" | "canceled"): void {
    const state = this.#job(componentPath, id)?.state.kind;
    if (state === undefined) throw new Error(`There is no scheduled function with the id "${id}".`);
    if (state !== "pending" && state !== "inProgress") return;
    this.#setState(componentPath, id, { state: { kind }, completedTime: Date.now() });
  }

  #transact(componentPath: string, write: () => void): Promise<null> {
    return this.convex.run.runInComponent(componentPath, async () => {
      write();
      return null;
    });
  }

  /** Makes the timer agree with the committed row. */
  #sync(componentPath: string, id: string): void {
    const key = `${componentPath}/${id}`;
    const job = this.convex.internals.components[componentPath]!.db._documents[id] as Job | undefined;
    if (!this.#running || job?.state.kind !== "pending") {
      clearTimeout(this.#timers.get(key));
      this.#timers.delete(key);
    } else if (!this.#timers.has(key)) {
      const delay = Math.min(Math.max(0, job.scheduledTime - Date.now()), MAX_TIMER_MS);
      const fire = () => {
        this.#timers.delete(key);
        if (job.scheduledTime > Date.now()) this.#sync(componentPath, id);
        else void this.#run(componentPath, id, job);
      };
      this.#timers.set(key, setTimeout(fire, delay));
    }
  }

  async #run(componentPath: string, id: string, job: Job): Promise<void> {
    const target = targetOf(componentPath, job);
    try {
      const isAction = (await findFunction(this.convex, target))?.isAction === true;
      await (isAction ? this.#runAction : this.#runMutation).call(
        this,
        componentPath,
        id,
        target,
        job.args[0],
      );
    } catch (error) {
      if (!this.#running) return;
      console.error(`Scheduled function ${handleOf(target)} failed:`, error);
      await this.#transact(componentPath, () => this.#finish(componentPath, id, "failed"));
    }
  }

  async #runMutation(componentPath: string, id: string, target: FunctionPath, args: Value): Promise<void> {
    await this.convex.run.runInComponent(componentPath, async (ctx) => {
      if (this.#job(componentPath, id)?.state.kind !== "pending") return null;
      await ctx.runMutation(handleOf(target) as never, args as never);
      this.#finish(componentPath, id, "success");
      return null;
    });
  }

  async #runAction(componentPath: string, id: string, target: FunctionPath, args: Value): Promise<void> {
    let claimed = false;
    await this.#transact(componentPath, () => {
      claimed = this.#job(componentPath, id)?.state.kind === "pending";
      if (claimed) this.#setState(componentPath, id, { state: { kind: "inProgress" } });
    });
    if (!claimed) return;
    await this.convex.run.actionFromPath(target, args);
    await this.#transact(componentPath, () => this.#finish(componentPath, id, "success"));
  }
}
