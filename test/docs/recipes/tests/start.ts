import { register } from "convex-durable-agents/test";
import { convexTest } from "convex-test";
import { defineSchema, type GenericSchema, type SchemaDefinition } from "convex/server";
import { vi } from "vitest";
import { scripted, type says } from "../apps/testing/test/script.js";

/** Models that are named by a string are the AI SDK's default provider's. */
const models = globalThis as { AI_SDK_DEFAULT_PROVIDER?: unknown };

const STEP_MS = 50_000;

/** Starts the app of a page, whose model gives these answers. */
export function start<Schema extends GenericSchema>(
  modules: Record<string, () => Promise<unknown>>,
  answers: ReturnType<typeof says>[],
  schema: SchemaDefinition<Schema, boolean> = defineSchema({}) as never,
) {
  const model = scripted(...answers);
  models.AI_SDK_DEFAULT_PROVIDER = { languageModel: () => model };
  vi.useFakeTimers();
  const t = convexTest(schema, modules);
  register(t as never);
  return {
    t,
    /** Lets time pass, in steps that make no deadline late, and runs what is due until then or soon after. */
    settle: async (ms = 0) => {
      for (let left = ms; left >= 0; left -= STEP_MS) {
        vi.advanceTimersByTime(Math.min(left, STEP_MS));
        await t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(100));
      }
    },
  };
}
