import { ConvexHttpClient } from "convex/browser";
import {
  anyApi,
  componentsGeneric,
  cronJobs,
  makeFunctionReference,
  mutationGeneric,
  type ApiFromModules,
  type FunctionReference,
} from "convex/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import componentSchema from "../../component/schema.js";
import { cronsOf } from "../../example/embedded/crons.js";
import { loadModules } from "../../example/embedded/modules.js";
import { startBackend, type BackendOptions } from "../../example/embedded/server.js";
import * as agent from "../support/app/agent.js";
import { ends, says, setScript } from "../support/app/model.js";
import * as statusChanges from "../support/app/statusChanges.js";
import fixture from "./fixture/app.js";
import { api } from "./fixture/convex/_generated/api.js";
import { until } from "./support.js";

const MINUTE = 60_000;

const cleanups: (() => unknown)[] = [];
beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function start(app: BackendOptions) {
  const backend = await startBackend(app);
  cleanups.push(() => backend.close());
  return { backend, client: new ConvexHttpClient(backend.url, { logger: false }) };
}

/** The fixture app with a cron. */
const withCron = (call: (crons: ReturnType<typeof cronJobs>) => void): BackendOptions => {
  const crons = cronJobs();
  call(crons);
  return { ...fixture, modules: { ...fixture.modules, "./crons.js": async () => ({ default: crons }) } };
};

const addNote = makeFunctionReference<"mutation">("notes:addInternal");

test("an app's cron runs at its interval, until the backend closes", async () => {
  const app = withCron((crons) => crons.interval("note", { minutes: 2 }, addNote, { text: "tick" }));
  const { backend, client } = await start(app);
  const notes = (count: number) =>
    until(
      () => client.query(api.notes.list, {}),
      ({ length }) => length === count,
    );
  vi.advanceTimersByTime(MINUTE);
  expect(await client.query(api.notes.list, {})).toEqual([]);
  vi.advanceTimersByTime(MINUTE);
  await notes(1);
  vi.advanceTimersByTime(2 * MINUTE);
  expect(await notes(2)).toEqual(["tick", "tick"]);
  await backend.close();
  expect(vi.getTimerCount()).toBe(0);
});

test("a cron that fails is reported, and comes again", async () => {
  const report = vi.spyOn(console, "error").mockImplementation(() => {});
  const refuses = makeFunctionReference<"mutation">("notes:refuse");
  await start(withCron((crons) => crons.interval("refuse", { seconds: 30 }, refuses, { how: "error" })));
  for (const count of [1, 2]) {
    vi.advanceTimersByTime(30_000);
    await until(
      () => report.mock.calls.filter(([words]) => words === "The cron notes:refuse failed:"),
      ({ length }) => length === count,
    );
  }
});

test("a cron that is not at an interval is refused by its name", () => {
  const crons = cronJobs();
  crons.daily("report", { hourUTC: 8, minuteUTC: 0 }, addNote, { text: "" });
  expect(() => cronsOf(crons)).toThrow('"report" is daily');
});

/** In the component: loses all that it has scheduled, as when a backup is restored. */
const loseJobs = mutationGeneric({
  handler: async (ctx) => {
    for (const { _id } of await ctx.db.system.query("_scheduled_functions").collect())
      await ctx.scheduler.cancel(_id);
  },
});

const component = componentsGeneric().durableAgents as unknown as {
  losing: { loseJobs: FunctionReference<"mutation", "internal"> };
};
const { agent: agentApi } = anyApi as unknown as ApiFromModules<{ agent: typeof agent }>;

/** In the app: creates a thread whose first step nobody will begin. */
const createLost = mutationGeneric({
  handler: async (ctx): Promise<string> => {
    const threadId = await ctx.runMutation(agentApi.createThread, { prompt: "Go" });
    await ctx.runMutation(component.losing.loseJobs, {});
    return threadId;
  },
});

const agentApp: BackendOptions = {
  schema: statusChanges.schema,
  modules: {
    "./_generated/api.js": async () => ({}),
    "./agent.js": async () => agent,
    "./statusChanges.js": async () => statusChanges,
    "./losing.js": async () => ({ createLost }),
  },
  components: [
    {
      path: "durableAgents",
      schema: componentSchema,
      modules: {
        ...loadModules(new URL("../../component/", import.meta.url)),
        "./losing.js": async () => ({ loseJobs }),
      },
    },
  ],
};

test("our component's cron takes up a thread that lost its jobs", async () => {
  setScript([[...says("Here I am."), ...ends()]]);
  const { client } = await start(agentApp);
  const create = makeFunctionReference<"mutation", Record<string, never>, string>("losing:createLost");
  const threadId = await client.mutation(create, {});
  const state = async () => (await client.query(agentApi.explainThread, { threadId }))?.state;
  vi.advanceTimersByTime(4 * MINUTE);
  expect(await state()).toBe("running.queued");
  vi.advanceTimersByTime(MINUTE);
  await until(state, (now) => now === "settled.completed");
  const messages = await client.query(agentApi.listMessages, { threadId });
  expect(messages.at(-1)).toMatchObject({ role: "assistant", parts: [{ text: "Here I am." }] });
});
