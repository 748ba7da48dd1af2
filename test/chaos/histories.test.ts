import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { overrides } from "../support/app/agent.js";
import { commands, crashCommands, create, type Known } from "./commands.js";
import { Scene } from "./scene.js";
import { judge, settleAll } from "./verdict.js";

/** CHAOS_SEED takes a run up again, exactly: time and chance are virtual. CHAOS_RUNS asks for more histories. */
const runs = Number(process.env.CHAOS_RUNS ?? 40);
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);

test("whatever happens in whatever order: every thread settles, nothing is lost, nothing is doubled", async () => {
  console.log(`CHAOS_SEED=${seed} CHAOS_RUNS=${runs} takes these histories up again`);
  let modelCalls = 0;
  let crashes = 0;
  const history = fc.commands<Known, Scene, false>([...commands, ...crashCommands], {
    maxCommands: 25,
    size: "max",
  });
  const slices = fc.constantFrom(0, 15_000);
  const holds = fc.asyncProperty(history, slices, async (given, slice) => {
    vi.useRealTimers();
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const scene = new Scene();
    overrides.slice = slice;
    const known = { threads: 0 };
    await create(true).run(known, scene);
    await fc.asyncModelRun(() => ({ model: known, real: scene }), given);
    await settleAll(scene);
    await judge(scene);
    if (scene.crash.calls >= scene.crash.at) crashes += 1;
    modelCalls += scene.diary.count;
  });
  await fc.assert(holds, { seed, numRuns: runs });
  console.log(`${runs} histories, ${modelCalls} model calls, a crash in ${crashes} of them`);
  expect(modelCalls).toBeGreaterThan(runs / 2);
}, 1_800_000);
