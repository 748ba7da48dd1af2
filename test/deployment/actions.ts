import { AsyncLocalStorage } from "node:async_hooks";
import { getFunctionAddress } from "convex/server";
import { isConvexError } from "../../example/embedded/convex.js";
import { parseHandle } from "../../example/embedded/functionHandles.js";
import { between, sleep, Slots, type Chance } from "./chance.js";
import { Runner } from "./scheduler.js";
import { PlatformError, type Transactions } from "./transactions.js";

const CALLS = ["runQuery", "runMutation", "runAction"] as const;
type CallKind = (typeof CALLS)[number];

/** A call that an action makes. */
export interface Call {
  kind: CallKind;
  /** The function that makes it, such as `agent:handler`. */
  by: string;
  /** The function that is called, such as `steps:claim`. */
  to: string;
  args: Record<string, unknown>;
}

/** What happens to a call instead of what should. */
export type Fault =
  /** It fails, and nothing was done. */
  | { type: "fails"; message?: string }
  /** It is done, and its answer is lost. */
  | { type: "answer lost"; message?: string }
  /** The action that makes it ends there, before or after it is done. */
  | { type: "action dies"; when: "before" | "after" }
  /** A nested action dies after its effect: the platform says so to its caller. */
  | { type: "callee dies"; message: string };

/** Decides what goes wrong: asked at each call, in order. */
export type Faults = (call: Call) => Fault | null;

/** What a deployment says of a nested function that died. */
export const DEATHS = [
  "Your request couldn't be completed. Try again later.",
  "Function execution timed out (maximum duration: 600s)",
  "Function execution unexpectedly timed out. Check your function for infinite loops or other long-running operations.",
  "JavaScript execution ran out of memory (maximum memory usage: 64 MB)",
];

/** What it says where there is no place to run a nested action in. */
export const noPlace = (count = 64): string =>
  `Too many concurrent requests, your deployment is limited to ${count} concurrent actions.`;

/** The first so many of certain calls fail, each in this way. */
export function first(count: number, isMeant: (call: Call) => boolean, fault: Fault): Faults {
  let left = count;
  return (call) => (isMeant(call) && left-- > 0 ? fault : null);
}

/** A promise of a process that is gone. */
const never = <T>(): Promise<T> => new Promise<T>(() => {});

type AnyCtx = Record<CallKind, (reference: unknown, args?: unknown) => Promise<unknown>>;

interface ConvexFunction {
  isAction?: boolean;
  _handler: (ctx: AnyCtx, args: unknown) => Promise<unknown>;
}

/** Between functions of a deployment an error is its message and stack, and only a ConvexError keeps its data. */
function asSeenByCaller(error: unknown): unknown {
  if (isConvexError(error) || !(error instanceof Error) || error instanceof PlatformError) return error;
  return new Error(`Uncaught ${error.name}: ${error.message}\n    at handler (../convex/functions.ts:3:9)\n`);
}

type Address = Record<"functionHandle" | "name" | "reference", string>;

/** A function's name, whether it is referred to by its handle, by its name or as a component's. */
function nameOf(referred: unknown): string {
  const address = getFunctionAddress(referred) as Partial<Address>;
  if (address.functionHandle) return parseHandle(address.functionHandle).udfPath;
  return address.name ?? address.reference!.split("/").slice(-2).join(":");
}

/** The process that each action runs in. One storage for all deployments: each that there is slows down every promise. */
export const runners = new AsyncLocalStorage<Runner>();

/** The actions of a deployment: each call is a hop and a place, and may fail. */
export class Actions {
  faults: Faults = () => null;
  /** The calls that were made, in order. */
  readonly calls: Call[] = [];
  /** Those of them that went wrong, in order. */
  readonly faulted: Call[] = [];
  private readonly nested: Slots;

  /** @param functionSlots - how many actions that actions call run at a time. */
  constructor(
    private readonly transactions: () => Transactions,
    private readonly chance: Chance,
    private readonly functionSlots: number,
  ) {
    this.nested = new Slots(functionSlots);
  }

  /** A module whose actions make their calls here. */
  wrap(path: string, module: Record<string, ConvexFunction>): Record<string, ConvexFunction> {
    const file = path.replace(/^.*\/(\w+)\.ts$/, "$1");
    return Object.fromEntries(
      Object.entries(module).map(([name, value]) => [
        name,
        value?.isAction ? this.hosted(value, `${file}:${name}`) : value,
      ]),
    );
  }

  private hosted(action: ConvexFunction, by: string): ConvexFunction {
    const run = async (ctx: AnyCtx, args: unknown) => {
      const runner = runners.getStore() ?? new Runner();
      const hosted = { ...ctx };
      for (const kind of CALLS)
        hosted[kind] = (reference, callArgs) => {
          const call = { kind, by, to: nameOf(reference), args: (callArgs ?? {}) as Call["args"] };
          return this.call(runner, call, () => ctx[kind](reference, callArgs));
        };
      const result = await action._handler(hosted, args);
      return runner.isDead ? never() : result;
    };
    return Object.assign(() => {}, action, { _handler: run });
  }

  private async call(runner: Runner, call: Call, run: () => Promise<unknown>): Promise<unknown> {
    if (runner.isDead) return never();
    this.calls.push(call);
    const fault = this.faults(call);
    if (fault) this.faulted.push(call);
    await sleep(between(this.chance, 2, 10));
    if (fault?.type === "action dies" && fault.when === "before") runner.die();
    if (runner.isDead) return never();
    if (fault?.type === "fails") throw new PlatformError(fault.message ?? DEATHS[0]);
    const result = await this.perform(runner, call, run);
    if (fault?.type === "action dies") runner.die();
    if (runner.isDead) return never();
    if (fault?.type === "answer lost" || fault?.type === "callee dies")
      throw new PlatformError(fault.message ?? DEATHS[0]);
    return result;
  }

  private async perform(
    runner: Runner,
    { kind, to: name }: Call,
    run: () => Promise<unknown>,
  ): Promise<unknown> {
    try {
      if (kind === "runMutation") return await this.transactions().mutation(run, { name });
      if (kind === "runQuery") return await this.transactions().query(run);
      if (!(await this.nested.take(10_000))) throw new PlatformError(noPlace(this.functionSlots));
      try {
        return await run();
      } finally {
        this.nested.release();
      }
    } catch (error) {
      if (runner.isDead) return never();
      throw asSeenByCaller(error);
    }
  }
}
