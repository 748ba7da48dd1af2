import type { FunctionReference, FunctionArgs, FunctionReturnType } from "convex/server";
import { convexTest } from "convex-test";
import componentTest from "convex-durable-agents/test";
import type { Crons } from "convex/server";
import { vi } from "vitest";
import { cronsOf } from "../../example/embedded/crons.js";
import { captureInternals, type Convex, type FunctionPath } from "../../example/embedded/convex.js";
import { refuseMissingFunctions } from "../../example/embedded/functionHandles.js";
import { checkDocuments, withLimits } from "../support/convexLimits.js";
import { withCrashes, type CrashPlan } from "../support/crash.js";
import type { Modules } from "../support/functions.js";
import { appModules, appSchema, hosted, useVirtualTime } from "../support/harness.js";
import { Actions, type Faults, runners } from "./actions.js";
import { chanceOf, type Chance } from "./chance.js";
import { Scheduler, type Runner } from "./scheduler.js";
import { Transactions } from "./transactions.js";

type Module = Parameters<Actions["wrap"]>[1];
type Handler = Module[string]["_handler"];

type Mutation = FunctionReference<"mutation", "internal" | "public">;
type Mutate<Ref extends Mutation> = (
  reference: Ref,
  args: FunctionArgs<Ref>,
) => Promise<FunctionReturnType<Ref>>;

interface DeployOptions {
  seed?: number;
  /** Scheduled functions that run at a time: 8 on the smallest class. */
  slots?: number;
  /** Actions that actions call at a time: 64 on the smallest class. */
  functionSlots?: number;
  faults?: Faults;
  crash?: CrashPlan;
  /** Further modules of the app, by their paths, such as `./app/more.ts`. */
  modules?: Modules;
  /** Components besides ours. */
  components?: (t: ReturnType<typeof convexTest>) => void;
}

const cronsModule = (await componentTest.modules["./component/crons.ts"]!()) as { default: Crons };
const componentCrons = cronsOf(cronsModule.default);

/** The functions that are deployed: those of a later deploy take the place of earlier ones, or are gone. */
class Code {
  private readonly gone = new Set<string>();
  private readonly changed = new Map<string, (handler: Handler) => Handler>();

  constructor(private readonly actions: Actions) {}

  /** Convex's modules with the actions' calls hosted, as they stand at each call. */
  deployed(modules: Modules): Modules {
    return Object.fromEntries(
      Object.entries(modules).map(([path, load]) => [
        path,
        async () => {
          const file = path.replace(/^.*\/(\w+)\.ts$/, "$1");
          const wrapped = this.actions.wrap(path, (await load()) as Module);
          return Object.fromEntries(
            Object.entries(wrapped)
              .filter(([name]) => !this.gone.has(`${file}:${name}`))
              .map(([name, value]) => [name, this.asDeployed(`${file}:${name}`, value)]),
          );
        },
      ]),
    );
  }

  /** Removes a function, such as `agent:handler`; what runs of it goes on. */
  remove(name: string): void {
    this.gone.add(name);
  }

  /** Has a function do something else from now on; what runs of it goes on. */
  change(name: string, to: (handler: Handler) => Handler): void {
    this.changed.set(name, to);
  }

  /** Brings a function back as it was. */
  restore(name: string): void {
    this.gone.delete(name);
    this.changed.delete(name);
  }

  private asDeployed(name: string, value: Module[string]): Module[string] {
    const change = this.changed.get(name);
    return change ? Object.assign(() => {}, value, { _handler: change(value._handler) }) : value;
  }
}

/** An app with our component on a deployment: time, conflicts, slots and failures as a real one has them. */
export function deploy({
  seed = 1,
  slots = 8,
  functionSlots = 64,
  faults,
  crash,
  modules = {},
  components,
}: DeployOptions = {}) {
  useVirtualTime();
  vi.spyOn(console, "error").mockImplementation(() => {});
  const chance: Chance = chanceOf(seed);
  vi.spyOn(Math, "random").mockImplementation(chanceOf(seed + 1));
  // The transactions need convex-test's state, which is there only after the modules are.
  const late: { transactions?: Transactions } = {};
  const actions = new Actions(() => late.transactions!, chance, functionSlots);
  if (faults) actions.faults = faults;
  const code = new Code(actions);
  const mortal = (given: Modules) => withLimits(crash ? withCrashes(given, crash) : given);
  const t = convexTest({
    schema: appSchema,
    modules: code.deployed(mortal({ ...appModules, ...modules })),
    transactionLimits: true,
  });
  t.registerComponent("durableAgents", componentTest.schema, code.deployed(mortal(componentTest.modules)));
  components?.(t);
  const internals = captureInternals(() => t.finishInProgressScheduledFunctions())!;
  const convex = { internals, run: t as unknown as Convex["run"] };
  const transactions = (late.transactions = new Transactions(internals, chance));
  const runAction = (target: FunctionPath, args: unknown, runner: Runner) =>
    runners.run(runner, () => convex.run.actionFromPath(target, args as never));
  const scheduler = new Scheduler(convex, transactions, runAction, slots);
  refuseMissingFunctions({ internals });
  checkDocuments(internals.components);
  for (const cron of componentCrons)
    setInterval(() => void scheduler.runCron("durableAgents", cron), cron.everyMs);
  const app = hosted(t, componentCrons.length);

  /** Lets time pass until a promise settles. */
  const drive = async <T>(promise: Promise<T>): Promise<T> => {
    let isSettled = false;
    const settled = promise.finally(() => (isSettled = true));
    settled.catch(() => {});
    await app.advance(24 * 3_600_000, () => Promise.resolve(isSettled));
    return settled;
  };

  /** A client's call of a mutation, which takes time and may be tried again or refused. */
  const call = <Ref extends Mutation>(
    reference: Ref,
    args: FunctionArgs<Ref>,
  ): Promise<FunctionReturnType<Ref>> =>
    transactions.mutation(() => (t.mutation as Mutate<Ref>)(reference, args));

  const mutation: typeof t.mutation = ((
    reference: FunctionReference<"mutation">,
    args: Record<string, never>,
  ) => drive(call(reference, args))) as never;

  return { ...app, mutation, call, drive, transactions, scheduler, actions, code, chance };
}

export type Deployment = ReturnType<typeof deploy>;
