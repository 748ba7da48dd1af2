import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { commands, create, type Known } from "../chaos/commands.js";
import { Scene } from "../chaos/scene.js";
import { judge, settleAll } from "../chaos/verdict.js";
import type { Will } from "../chaos/script.js";
import type { Fault } from "./actions.js";
import { deploy, type Deployment } from "./deployment.js";
import { underEachProtocol } from "./protocols.js";

/** DEPLOYMENT_SEED takes a run up again, exactly. DEPLOYMENT_RUNS asks for more histories. */
const runs = Number(process.env.DEPLOYMENT_RUNS ?? 3);
const seed = Number(process.env.DEPLOYMENT_SEED ?? Date.now() % 1_000_000);

type Command = fc.AsyncCommand<Known, Scene>;

/** The deployment that a scene plays on. */
const hosts = new WeakMap<Scene, Deployment>();

/** Something that happens to a deployment, not to a thread. */
const happens = (words: string, run: (app: Deployment, scene: Scene) => unknown): Command => ({
  check: () => true,
  run: async (_known, scene) => {
    await run(hosts.get(scene)!, scene);
  },
  toString: () => words,
});

/** The k-th call that an action makes from now on goes wrong. */
const failing = (k: number, fault: Fault): Command =>
  happens(`${fault.type} (call ${k} from now)`, (app, scene) => {
    let left = k;
    app.actions.faults = ({ kind }) => {
      if (--left !== 0) return null;
      // The platform's answer that a nested action died says the same as a lost answer: its run is in doubt.
      scene.runsMayBeLost ||=
        fault.type === "action dies" || (fault.type === "answer lost" && kind === "runAction");
      return fault;
    };
  });

/** Each call that an action makes fails for so long. */
const outage = (ms: number): Command =>
  happens(`outage(${ms} ms)`, (app) => {
    const until = Date.now() + ms;
    app.actions.faults = () => (Date.now() < until ? { type: "fails" } : null);
  });

const losing = (share: number, how: "lost" | "canceled"): Command =>
  happens(`one job in ${share} is ${how}`, (app) => {
    let count = 0;
    return app.scheduler.tamper(() => ++count % share === 0, how);
  });

const WITH_TOOLS: Will = { does: "asks", tools: ["record", "record_again", "tells"], throws: 0 };

/** More than a stream handler runs itself. */
const WITH_MANY_TOOLS: Will = {
  does: "asks",
  tools: ["record", "ask", "unstable", "record_again", "tells", "record_again", "record"],
  throws: 1,
};

const calls = fc.integer({ min: 1, max: 8 });
const deaths = fc.constantFrom("before" as const, "after" as const);

/** What fails and lives on: calls, and jobs that are lost or cancelled. */
const failures: fc.Arbitrary<Command>[] = [
  calls.map((k) => failing(k, { type: "fails" })),
  calls.map((k) => failing(k, { type: "answer lost" })),
  fc.constantFrom(500, 20_000).map(outage),
  fc
    .constantFrom(1, 2, 3)
    .chain((share) => fc.constantFrom("lost" as const, "canceled" as const).map((how) => losing(share, how))),
];

/** What ends the processes that run. */
const killing = (words: string, run: (app: Deployment) => unknown): Command =>
  happens(words, (app, scene) => {
    scene.runsMayBeLost = true;
    return run(app);
  });

const kills: fc.Arbitrary<Command>[] = [
  fc.tuple(calls, deaths).map(([k, when]) => failing(k, { type: "action dies", when })),
  fc.constant(killing("restart", (app) => app.scheduler.restart())),
  fc.constant(killing("restore without jobs", (app) => app.scheduler.restoreWithoutJobs())),
  fc
    .constantFrom(30_000, 3_600_000)
    .map((ms) => killing(`pause(${ms} ms)`, (app) => app.drive(app.scheduler.pause(ms)))),
];

/** What all histories of this run came to. */
const total = { mutations: 0, conflicts: 0, refused: 0 };

underEachProtocol(() => {
  test.each([
    ["calls and jobs fail", [...commands, ...failures, ...failures]],
    ["processes die, too", [...commands, ...failures, ...kills]],
  ])(
    "where %s: every thread settles, nothing is lost, nothing is doubled",
    async (_where, possible) => {
      console.log(`DEPLOYMENT_SEED=${seed} DEPLOYMENT_RUNS=${runs} takes these histories up again`);
      const counts = { histories: 0, mutations: 0, conflicts: 0, refused: 0, modelCalls: 0 };
      const history = fc.commands<Known, Scene, false>(possible, { maxCommands: 25, size: "max" });
      const holds = fc.asyncProperty(history, fc.nat(), async (given, chance) => {
        vi.useRealTimers();
        let app!: Deployment;
        const scene = new Scene(() => (app = deploy({ seed: chance })));
        hosts.set(scene, app);
        // What fails is to meet tools, which the model plans seldom by itself.
        scene.diary.plan.push(WITH_TOOLS, WITH_TOOLS, WITH_MANY_TOOLS, WITH_TOOLS);
        const known = { threads: 0 };
        await create(true).run(known, scene);
        await fc.asyncModelRun(() => ({ model: known, real: scene }), given);
        app.actions.faults = () => null;
        await settleAll(scene);
        await judge(scene);
        counts.histories += 1;
        counts.modelCalls += scene.diary.count;
        for (const name of ["mutations", "conflicts", "refused"] as const) {
          counts[name] += app.transactions.counts[name];
          total[name] += app.transactions.counts[name];
        }
      });
      await fc.assert(holds, { seed, numRuns: runs });
      console.log(JSON.stringify(counts));
    },
    1_800_000,
  );
});

test("transactions have conflicted in these histories", () => {
  expect(total.conflicts, JSON.stringify(total)).toBeGreaterThan(0);
});
