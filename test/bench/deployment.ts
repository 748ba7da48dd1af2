import { convexTest } from "convex-test";
import type { GenericSchema, SchemaDefinition } from "convex/server";
import { vi } from "vitest";
import { Audience } from "./audience.js";
import { startClock } from "./clock.js";
import { afterEachTransaction, captureTransactionManager } from "./commits.js";
import { Ledger } from "./ledger.js";
import type { Modules } from "../support/functions.js";

type Schema = SchemaDefinition<GenericSchema, boolean>;

interface App {
  schema: Schema;
  modules: Modules;
  components?: { name: string; schema: Schema; modules: Modules }[];
}

/** Opens an app in convex-test, under virtual time and Convex's limits, with all its calls and clients counted. */
export function deploy({ schema, modules, components = [] }: App) {
  startClock();
  const audience: Audience = new Audience((query, args) => t.query(query, args));
  const ledger: Ledger = new Ledger(audience);
  const t = convexTest({ schema, modules: ledger.counted(modules), transactionLimits: true });
  for (const component of components)
    t.registerComponent(component.name, component.schema, ledger.counted(component.modules));
  const manager = captureTransactionManager(() => t.finishInProgressScheduledFunctions());
  afterEachTransaction(manager, audience.isReading, audience.lookAgain);
  // The workload's outcome shows what failed.
  vi.spyOn(console, "error").mockImplementation(() => {});
  return { t, ledger, audience, manager };
}
