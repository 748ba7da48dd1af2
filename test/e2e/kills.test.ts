import { afterEach, expect, test } from "vitest";
import { KilledBackend } from "./killsBackend.js";
import { killAndSettle, type Plan } from "./killsRun.js";
import { judge } from "./killsVerdict.js";

/**
 * KILLS_SEED takes up a run again: the users' moments and the uptimes follow from it, as far as processes can be made
 * to repeat themselves. KILLS asks for more kills.
 */
const kills = Number(process.env.KILLS ?? 4);
const seed = Number(process.env.KILLS_SEED ?? Date.now() % 1_000_000);
const plan: Plan = { seed, kills, threads: Math.max(8, Math.min(24, kills)), messagesPerThread: 3 };

const backend = new KilledBackend();
afterEach(() => backend.dispose());

test("killed with -9 again and again, it loses no message and doubles no effect, and every thread settles", async () => {
  const began = Date.now();
  console.log(`KILLS_SEED=${seed} KILLS=${kills} takes this run up again`);
  const threads = await killAndSettle(backend, plan);
  const damage = judge(threads, backend.effects);
  const seconds = Math.round((Date.now() - began) / 1_000);
  console.log(`${kills} kills, ${plan.threads} threads, ${seconds} s: ${JSON.stringify(damage)}`);
  expect(damage.modelCallsLost, "kills that hit a step at work").toBeGreaterThan(0);
}, 300_000);
