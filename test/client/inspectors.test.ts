import { describe, expect, test } from "vitest";
import { authorization } from "../support/app/agent.js";
import { calls, ends, setScript } from "../support/app/model.js";
import { clerk, clerkApi, namedModules, scribeApi } from "../support/app/named.js";
import { sideEffects } from "../support/app/tools.js";
import { answerText, endpoints, onThread, type Ids } from "../support/endpoints.js";
import { setup, type App } from "../support/harness.js";
import { everything } from "../support/inspect.js";

const as = ({ t }: App, subject: string) => t.withIdentity({ subject });

/** Whether a call of the tables reads, by the endpoint's own kind. */
const reads = (call: string): boolean => "isQuery" in clerk[call.split(" ")[0] as keyof typeof clerk];
const reading = Object.keys(onThread).filter(reads);
const writing = Object.keys(endpoints).filter((call) => !reads(call));

/** A thread of Anna's with an async call that waits. */
async function annasThread() {
  const app = setup({ modules: namedModules });
  setScript([[...calls("ask", { question: "Really?" }, "q"), ...ends("tool-calls")]]);
  const before = sideEffects.length;
  const threadId = await as(app, "anna").mutation(clerkApi.createThread, { prompt: "Ask", key: "k" });
  await app.until(() => sideEffects.length > before);
  await app.advance(1_000);
  const ask = (subject: string, call: string, named: Partial<Ids> = {}, agent = clerkApi) => {
    const given = { threadId, toolCallId: "q", ...named };
    return answerText(endpoints[call]!(as(app, subject), agent, given), given);
  };
  return { app, threadId, ask };
}

/** Lets the user "admin" inspect, and nobody else. */
const letAdminInspect = () => {
  authorization.inspector = async (ctx) => (await ctx.auth.getUserIdentity())?.subject === "admin";
};

test("an inspector reads another's thread as its owner does, and others nothing", async () => {
  const { ask } = await annasThread();
  letAdminInspect();
  for (const call of reading) {
    const annas = await ask("anna", call);
    expect([call, await ask("admin", call)]).toEqual([call, annas]);
    const nothing = await ask("bert", call, { threadId: "nonsense" });
    expect([call, await ask("bert", call)]).toEqual([call, nothing]);
  }
});

test("an inspector can change nothing", async () => {
  const { app, ask } = await annasThread();
  letAdminInspect();
  const before = await everything(app);
  for (const call of writing)
    expect([call, await ask("admin", call)]).toEqual([call, await ask("bert", call)]);
  expect(await as(app, "admin").mutation(clerkApi.createThread, { key: "k" })).not.toBe(
    before.rows.threads[0]!._id,
  );
  const { rows } = await everything(app);
  expect(rows.threads.filter(({ owner }) => owner === "anna")).toEqual(before.rows.threads);
  expect({ ...rows, threads: [] }).toEqual({ ...before.rows, threads: [] });
});

test("an inspector of one agent sees no thread of another", async () => {
  const { app, ask } = await annasThread();
  letAdminInspect();
  for (const call of reading)
    expect([call, await ask("admin", call, {}, scribeApi)]).toEqual([
      call,
      await ask("admin", call, { threadId: "nonsense" }, scribeApi),
    ]);
  expect(await as(app, "admin").query(scribeApi.listThreads, { allOwners: true })).toEqual([]);
});

test("an inspector is asked by the thread, before the app's own check, which it need not pass", async () => {
  const { threadId, ask } = await annasThread();
  const asked: unknown[] = [];
  authorization.callback = () => {
    throw new Error("Access denied");
  };
  authorization.inspector = (_ctx, id) => {
    asked.push(id);
    return id === threadId;
  };
  expect(await ask("bert", "getThread")).toContain("awaiting_tool_results");
  expect(await ask("bert", "getThread", { threadId: "another" })).toContain("Access denied");
  expect(await ask("bert", "stopThread")).toContain("Access denied");
  expect(asked).toEqual([threadId, "another"]);
});

describe.each(["is false", "throws", "is no boolean"])("where the callback %s", (what) => {
  const refuse = () => {
    if (what === "throws") throw new Error("No such role");
    return (what === "is false" ? false : "yes") as boolean;
  };

  test("everybody sees what they would see without it", async () => {
    const { app, threadId, ask } = await annasThread();
    const before = await Promise.all(reading.map((call) => ask("anna", call)));
    authorization.inspector = refuse;
    expect(await Promise.all(reading.map((call) => ask("anna", call)))).toEqual(before);
    for (const call of reading)
      expect([call, await ask("bert", call)]).toEqual([call, await ask("bert", call, { threadId: "none" })]);
    const listed = async (subject: string) =>
      (await as(app, subject).query(clerkApi.listThreads, { allOwners: true })).map(({ _id }) => _id);
    expect(await listed("anna")).toEqual([threadId]);
    expect(await listed("bert")).toEqual([]);
  });
});

test("an inspector lists all owners' threads of the agent when asked to", async () => {
  const { app, threadId } = await annasThread();
  const own = await as(app, "admin").mutation(clerkApi.createThread, {});
  await as(app, "anna").mutation(scribeApi.createThread, {});
  letAdminInspect();
  const listed = async (subject: string, allOwners?: boolean) => {
    const paginationOpts = { numItems: 10, cursor: null };
    return [
      await as(app, subject).query(clerkApi.listThreads, { allOwners }),
      (await as(app, subject).query(clerkApi.paginateThreads, { allOwners, paginationOpts })).page,
    ].map((threads) => threads.map(({ _id }) => _id));
  };
  expect(await listed("admin", true)).toEqual([
    [own, threadId],
    [own, threadId],
  ]);
  expect(await listed("admin")).toEqual([[own], [own]]);
  expect(await listed("bert", true)).toEqual([[], []]);
});
