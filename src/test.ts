import type { TestConvex } from "convex-test";
import {
  makeFunctionReference,
  type AnyDataModel,
  type GenericMutationCtx,
  type GenericSchema,
  type SchemaDefinition,
} from "convex/server";
import crons from "../component/crons.js";
import type { Value } from "convex/values";
import schema from "../component/schema.js";

/** The component's functions, by the paths that convex-test looks up. */
const modules: Record<string, () => Promise<unknown>> = {
  "./component/_generated/api.ts": () => import("../component/_generated/api.js"),
  "./component/answers.ts": () => import("../component/answers.js"),
  "./component/cleanup.ts": () => import("../component/cleanup.js"),
  "./component/crons.ts": () => import("../component/crons.js"),
  "./component/edits.ts": () => import("../component/edits.js"),
  "./component/executor.ts": () => import("../component/executor.js"),
  "./component/historyBatches.ts": () => import("../component/historyBatches.js"),
  "./component/inlineCalls.ts": () => import("../component/inlineCalls.js"),
  "./component/insight.ts": () => import("../component/insight.js"),
  "./component/lifecycle.ts": () => import("../component/lifecycle.js"),
  "./component/messages.ts": () => import("../component/messages.js"),
  "./component/purge.ts": () => import("../component/purge.js"),
  "./component/retention.ts": () => import("../component/retention.js"),
  "./component/sending.ts": () => import("../component/sending.js"),
  "./component/steps.ts": () => import("../component/steps.js"),
  "./component/streams.ts": () => import("../component/streams.js"),
  "./component/sweep.ts": () => import("../component/sweep.js"),
  "./component/threads.ts": () => import("../component/threads.js"),
  "./component/timers.ts": () => import("../component/timers.js"),
  "./component/toolCalls.ts": () => import("../component/toolCalls.js"),
  "./component/toolEvents.ts": () => import("../component/toolEvents.js"),
  "./component/watchdog.ts": () => import("../component/watchdog.js"),
};

/**
 * Registers the component with a convex-test instance, so that an app's tests run its agents.
 *
 * @param name - the name under which the app's `convex.config.ts` mounts the component. Default: `"durableAgents"`.
 * @example
 * const t = convexTest(schema, import.meta.glob("./**\/*.ts"));
 * register(t);
 */
export function register(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  name = "durableAgents",
): void {
  t.registerComponent(name, schema, modules);
}

/** What convex-test offers beside its declared interface: work in a component. */
type InComponent = (
  path: string,
  work: (ctx: GenericMutationCtx<AnyDataModel>) => Promise<null>,
) => Promise<null>;

/**
 * Runs the component's crons once. A deployment runs them every five minutes: they take up threads whose scheduled functions
 * were lost, and write nothing if there are none.
 *
 * @param name - the name that the component was registered under. Default: `"durableAgents"`.
 * @example
 * await runCrons(t);
 */
export async function runCrons(
  t: TestConvex<SchemaDefinition<GenericSchema, boolean>>,
  name = "durableAgents",
): Promise<void> {
  const { runInComponent } = t as typeof t & { runInComponent?: InComponent };
  if (!runInComponent) throw new Error("runCrons needs convex-test 0.0.60 or later.");
  for (const { name: path, args } of Object.values(crons.crons))
    await runInComponent(name, async (ctx) => {
      const [given] = args as [Record<string, Value>];
      await ctx.runMutation(makeFunctionReference<"mutation">(path), given);
      return null;
    });
}

export default { register, runCrons, schema, modules };
