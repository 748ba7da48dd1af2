import { anyApi } from "convex/server";
import { defineAgentApi, defineInternalAgentApi } from "convex-durable-agents";
import { expect, test } from "vitest";
import { component } from "../support/app/agent.js";
import { ends, says, setScript } from "../support/app/model.js";
import { clerkApi, clerkOfficeApi, namedModules, scribeApi } from "../support/app/named.js";
import { api, ownedApi, setup, type App } from "../support/harness.js";
import { codeOf } from "../support/inspect.js";

const as = ({ t }: App, subject: string) => t.withIdentity({ subject });
const handler = anyApi.agent!.handler as never;
const hello = [...says("Hello."), ...ends()];

/** A thread of each of Anna's agents, and one of an agent without a name. */
async function threads(app: App) {
  const anna = as(app, "anna");
  return {
    clerks: await anna.mutation(clerkApi.createThread, { title: "For the clerk" }),
    scribes: await anna.mutation(scribeApi.createThread, { title: "For the scribe" }),
    unnamed: await anna.mutation(ownedApi.createThread, {}),
  };
}

test("each agent lists its own threads, and one without a name lists all", async () => {
  const app = setup({ modules: namedModules });
  const { clerks, scribes, unnamed } = await threads(app);
  const berts = await as(app, "bert").mutation(clerkApi.createThread, {});
  await as(app, "anna").mutation(scribeApi.updateThread, { threadId: scribes, archived: true });

  const paginationOpts = { numItems: 1, cursor: null };
  const listed = async (
    agent: typeof clerkApi,
    filter: { status?: "completed" | "failed"; archived?: boolean },
  ) => {
    const all = await as(app, "anna").query(agent.listThreads, filter);
    const { page } = await as(app, "anna").query(agent.paginateThreads, { ...filter, paginationOpts });
    expect(page).toEqual(all.slice(0, 1));
    return all.map(({ _id }) => _id);
  };
  for (const status of ["completed", undefined] as const) {
    expect(await listed(clerkApi, { status })).toEqual([clerks]);
    expect(await listed(clerkApi, { status, archived: true })).toEqual([]);
    expect(await listed(scribeApi, { status })).toEqual([]);
    expect(await listed(scribeApi, { status, archived: true })).toEqual([scribes]);
    expect(await listed(ownedApi, { status })).toEqual([unnamed, clerks]);
    expect((await app.query(clerkOfficeApi.listThreads, { status })).map(({ _id }) => _id)).toEqual([
      berts,
      clerks,
    ]);
  }
  expect(await listed(clerkApi, { status: "failed" })).toEqual([]);
});

test("an agent answers its own threads, through each API of its name", async () => {
  setScript([hello, hello]);
  const app = setup({ modules: namedModules });
  const { clerks: threadId } = await threads(app);
  await as(app, "anna").mutation(clerkApi.sendMessage, { threadId, prompt: "Hi" });
  await app.settle(threadId);
  await app.mutation(clerkOfficeApi.sendMessage, { threadId, prompt: "Again" });
  await app.settle(threadId);
  expect(await as(app, "anna").query(clerkApi.listMessages, { threadId })).toHaveLength(4);
  expect(await as(app, "anna").query(clerkApi.getUsage, { threadId })).not.toBeNull();
  expect(await as(app, "anna").query(scribeApi.getUsage, { threadId })).toBeNull();
});

test("a thread keeps its name, whatever agent continues it", async () => {
  setScript([hello]);
  const app = setup({ modules: namedModules });
  const { clerks: threadId } = await threads(app);
  await app.mutation(api.sendMessage, { threadId, prompt: "Hi" });
  await app.settle(threadId);
  expect(await as(app, "anna").query(clerkApi.getThread, { threadId })).not.toBeNull();
  expect(await as(app, "anna").query(scribeApi.getThread, { threadId })).toBeNull();
});

test("a fork has its source's name", async () => {
  const app = setup({ modules: namedModules });
  const { clerks: threadId } = await threads(app);
  for (const forkId of [
    await as(app, "anna").mutation(clerkApi.forkThread, { threadId }),
    await as(app, "anna").mutation(ownedApi.forkThread, { threadId }),
  ]) {
    expect(await as(app, "anna").query(clerkApi.getThread, { threadId: forkId })).not.toBeNull();
    expect(await as(app, "anna").query(scribeApi.getThread, { threadId: forkId })).toBeNull();
  }
});

test("a key is its agent's and its owner's", async () => {
  const app = setup({ modules: namedModules });
  const create = (subject: string, { createThread }: Pick<typeof clerkApi, "createThread">) =>
    as(app, subject).mutation(createThread, { key: "first" });
  const agents = [clerkApi, scribeApi, ownedApi] as const;
  const created: string[] = [];
  for (const subject of ["anna", "bert"])
    for (const agent of agents) created.push(await create(subject, agent));
  expect(new Set(created).size).toBe(6);
  expect(await create("anna", clerkApi)).toBe(created[0]);
  expect(await create("bert", ownedApi)).toBe(created[5]);
});

test.each(["", "  ", "x".repeat(101)])("the name %j is refused when the module loads", async (name) => {
  for (const define of [defineAgentApi, defineInternalAgentApi])
    expect(await codeOf(Promise.resolve().then(() => define(component, handler, { name })))).toBe(
      "invalid_agent_name",
    );
  expect(() => defineAgentApi(component, handler, { name: "x".repeat(100) })).not.toThrow();
});
