import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers";
import { convexTest, type TestConvex } from "convex-test";
import {
  anyApi,
  type ApiFromModules,
  type DataModelFromSchemaDefinition,
  type GenericMutationCtx,
  type GenericSchema,
  type SchemaDefinition,
} from "convex/server";
import type { MessageDoc } from "convex-durable-agents";
import componentTest from "convex-durable-agents/test";
import { vi } from "vitest";
import { toJson } from "../../component/lib/storable.js";
import type { Id } from "../../component/_generated/dataModel.js";
import type * as agent from "./app/agent.js";
import * as agentModule from "./app/agent.js";
import * as bounded from "./app/bounded.js";
import { internalAgent } from "./app/internalAgent.js";
import { owned } from "./app/owned.js";
import { shared } from "./app/shared.js";
import * as plain from "./app/plain.js";
import * as pooled from "./app/pooled.js";
import * as programmable from "./app/programmable.js";
import { setScript } from "./app/model.js";
import * as statusChanges from "./app/statusChanges.js";
import * as toolsModule from "./app/tools.js";
import * as unlogged from "./app/unlogged.js";
import { captureInternals } from "../../example/embedded/convex.js";
import { refuseMissingFunctions } from "../../example/embedded/functionHandles.js";
import { checkDocuments, withLimits } from "./convexLimits.js";
import type { Modules } from "./functions.js";
import { withCrashes, type CrashPlan } from "./crash.js";
import { withMeter, type Measured } from "./meter.js";

const modules = anyApi as unknown as ApiFromModules<{
  agent: typeof agent;
  bounded: typeof bounded;
  internalAgent: typeof internalAgent;
  owned: typeof owned;
  plain: typeof plain;
  shared: typeof shared;
  unlogged: typeof unlogged;
}>;
export const api = modules.agent;
/** The same agent, with two attempts at a step and three steps a turn. */
export const boundedApi = modules.bounded;
/** An agent whose options are an object. */
export const plainApi = modules.plain;
/** The same agent without a log of transitions, and with a short one. */
export const unloggedApi = modules.unlogged;
/** The same agent, as internal functions. */
export const internalApi = modules.internalAgent;
/** The same agent, whose threads belong to the users who create them. */
export const ownedApi = modules.owned;
/** The same agent, whose threads are shared by the people of a team. */
export const sharedApi = modules.shared;

/** The next turn of the real event loop, whatever the time; a real timer would cost a millisecond each. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

export const appSchema = statusChanges.schema;

export const appModules: Modules = {
  "./app/_generated/api.ts": () => Promise.resolve({}),
  "./app/agent.ts": () => Promise.resolve(agentModule),
  "./app/bounded.ts": () => Promise.resolve(bounded),
  "./app/internalAgent.ts": () => Promise.resolve(internalAgent),
  "./app/owned.ts": () => Promise.resolve(owned),
  "./app/plain.ts": () => Promise.resolve(plain),
  "./app/pooled.ts": () => Promise.resolve(pooled),
  "./app/programmable.ts": () => Promise.resolve(programmable),
  "./app/shared.ts": () => Promise.resolve(shared),
  "./app/statusChanges.ts": () => Promise.resolve(statusChanges),
  "./app/tools.ts": () => Promise.resolve(toolsModule),
  "./app/unlogged.ts": () => Promise.resolve(unlogged),
};

/** Loading takes real time, which must not pass while virtual time stands still. */
await Promise.all(Object.values(componentTest.modules).map((load) => load()));

/** Time passes when the test says so; a callback belongs to the function that set its timer. */
export function useVirtualTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  const fakeSetTimeout = globalThis.setTimeout;
  globalThis.setTimeout = ((callback: () => void, ms?: number) =>
    fakeSetTimeout(AsyncLocalStorage.bind(callback), ms)) as typeof setTimeout;
  // convex-test hashes the files that it stores, which takes real time.
  vi.spyOn(crypto.subtle, "digest").mockResolvedValue(new ArrayBuffer(32));
}

/** Puts back what a test has changed of the app and of time. */
export function reset(): void {
  vi.useRealTimers();
  vi.restoreAllMocks();
  Object.assign(agentModule.overrides, { options: null, slice: undefined });
  Object.assign(agentModule.authorization, { callback: undefined, inspector: undefined });
  toolsModule.sideEffects.length = 0;
  toolsModule.flaky.failures = 0;
  programmable.program.run = () => null;
  statusChanges.hearing.then = null;
  setScript(() => []);
}

/** What convex-test offers beside its declared interface: work on a component's own tables. */
type ComponentWork<R> = (
  ctx: GenericMutationCtx<DataModelFromSchemaDefinition<typeof componentTest.schema>>,
) => Promise<R>;
type ComponentRunner = <R>(work: ComponentWork<R>) => Promise<R>;
type InComponent = <R>(path: string, work: ComponentWork<R>) => Promise<R>;

interface SetupOptions {
  crash?: CrashPlan;
  measured?: Measured[];
  /** Further modules of the app, by their paths, such as `./app/more.ts`. */
  modules?: Modules;
  /** The app's tables. Default: those of the tests' own app. */
  schema?: SchemaDefinition<GenericSchema, boolean>;
}

/** A fresh app with the component, under Convex's transaction limits and virtual time. */
export function setup({
  crash,
  measured,
  modules: more = {},
  schema = statusChanges.schema,
}: SetupOptions = {}) {
  useVirtualTime();
  // A function that fails is reported by convex-test on the console; failures are what many tests are about.
  vi.spyOn(console, "error").mockImplementation(() => {});
  const wrap = (modules: Modules) => withLimits(crash ? withCrashes(modules, crash) : modules);
  const t = convexTest({
    schema: schema as typeof appSchema,
    modules: wrap({ ...appModules, ...more }),
    transactionLimits: true,
  });
  const modules = wrap(componentTest.modules);
  t.registerComponent(
    "durableAgents",
    componentTest.schema,
    measured ? withMeter(modules, measured) : modules,
  );
  // What a deployment refuses is refused at once, as there: functions that do not exist, and values beyond its limits.
  const internals = captureInternals(() => t.finishInProgressScheduledFunctions())!;
  refuseMissingFunctions({ internals });
  checkDocuments(internals.components);
  return hosted(t);
}

/**
 * What tests do with an app, whatever hosts it.
 *
 * @param standingTimers - the timers of the host that are always set: time goes on although nothing else waits for it.
 */
export function hosted(t: TestConvex<typeof appSchema>, standingTimers = 0) {
  const turns = async (count = 6) => {
    for (let i = 0; i < count; i++) await nextTurn();
  };

  /** Works on the component's tables, past its functions. */
  const inComponent: ComponentRunner = (work) =>
    (t as unknown as { runInComponent: InComponent }).runInComponent("durableAgents", work);

  /** Lets time pass, timer by timer, until a condition holds or that much time has passed. */
  const advance = async (
    ms: number,
    until: () => Promise<boolean> = () => Promise.resolve(false),
  ): Promise<void> => {
    const end = Date.now() + ms;
    // No jump goes past the end.
    const atEnd = setTimeout(() => {}, ms);
    const isIdle = () => vi.getTimerCount() <= 1 + standingTimers;
    await turns();
    while (Date.now() < end && !(await until())) {
      if (isIdle()) await turns();
      if (isIdle() && standingTimers === 0) break;
      await vi.advanceTimersToNextTimerAsync();
      await turns();
    }
    clearTimeout(atEnd);
  };

  /** Lets time pass until the thread is settled and cleaned up, ten minutes at most, and gives it back. */
  const settle = async (threadId: string) => {
    const thread = () => t.query(api.getThread, { threadId, inspect: true });
    await advance(600_000, async () => {
      const now = await thread();
      if (!now) return true;
      return !["streaming", "awaiting_tool_results"].includes(now.status) && (await isTidy(threadId));
    });
    await turns();
    return thread();
  };

  /** Whether nothing that a transition has cut off is left to clean up. */
  const isTidy = (threadId: string): Promise<boolean> =>
    inComponent(async ({ db }) => !(await db.get("threads", threadId as Id<"threads">))?.untidy);

  /** Lets time pass until a condition holds, ten minutes at most. */
  const until = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
    const holds = async () => condition();
    await advance(600_000, holds);
    if (!(await holds())) throw new Error(`This never became true: ${condition.toString()}`);
  };

  /** The committed transcript, each part as a short line. */
  const transcript = async (threadId: string): Promise<string[]> => {
    const messages = await t.query(api.listMessages, { threadId });
    return messages.flatMap(({ role, parts }) =>
      parts.filter(({ type }) => type !== "step-start").map((part) => describePart(role, part)),
    );
  };

  return { t, query: t.query, mutation: t.mutation, advance, until, settle, transcript, inComponent };
}

export type App = ReturnType<typeof setup>;

function describePart(role: string, part: MessageDoc["parts"][number]): string {
  if (part.type === "text") return `${role}: ${part.text}`;
  if (!("toolCallId" in part)) return `${role}: (${part.type})`;
  const outcome = part.state === "output-available" ? part.output : part.errorText;
  return `${part.type} ${part.state} ${JSON.stringify(toJson(outcome))}`;
}
