import { expect, test } from "vitest";
import { authorization } from "../support/app/agent.js";
import { calls, ends, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { endpoints, onOwn, onThread, answerText } from "../support/endpoints.js";
import { api, internalApi, ownedApi, setup, type App } from "../support/harness.js";
import { codeOf, everything } from "../support/inspect.js";

const as = ({ t }: App, subject: string) => t.withIdentity({ subject });

const asksAPerson = [
  [...calls("ask", { question: "Really?" }, "q"), ...ends("tool-calls")],
  [...says("Done."), ...ends()],
];

/** A thread of somebody's with an async call "q" that waits. */
async function waitForPerson(app: App, subject: string): Promise<string> {
  setScript(asksAPerson);
  const before = sideEffects.length;
  const threadId = await as(app, subject).mutation(ownedApi.createThread, { prompt: "Ask" });
  await app.until(() => sideEffects.length > before);
  await app.advance(1_000);
  return threadId;
}

/** Endpoints that have nothing new for the owner either. */
const QUIET = ["listMessagesWithStreams for deltas", "listMessagesWithStreams for a tool call", "listTurns"];

test.each(Object.keys(endpoints))(
  "%s answers alike for what is another's and what is not there",
  async (name) => {
    const app = setup();
    const threadId = await waitForPerson(app, "anna");
    const ask = (caller: Pick<App, "query" | "mutation">, named: { threadId: string; toolCallId: string }) =>
      answerText(endpoints[name]!(caller, ownedApi, named), named);
    const deleted = await as(app, "bert").mutation(ownedApi.createThread, {});
    await as(app, "bert").mutation(ownedApi.deleteThread, { threadId: deleted });
    const before = await everything(app);

    const foreign = await ask(as(app, "bert"), { threadId, toolCallId: "q" });
    expect({
      "no thread": await ask(as(app, "bert"), { threadId: "nonsense", toolCallId: "no call" }),
      "no call": await ask(as(app, "bert"), { threadId, toolCallId: "no call" }),
      "no thread of one's own": await ask(as(app, "bert"), { threadId: deleted, toolCallId: "q" }),
      "no identity": await ask(app.t, { threadId, toolCallId: "q" }),
      "an empty subject": await ask(as(app, ""), { threadId, toolCallId: "q" }),
    }).toEqual({
      "no thread": foreign,
      "no call": foreign,
      "no thread of one's own": foreign,
      "no identity": foreign,
      "an empty subject": foreign,
    });
    expect(await everything(app)).toEqual(before);

    authorization.callback = () => {
      throw new Error("Access denied");
    };
    const denied = await ask(as(app, "bert"), { threadId, toolCallId: "q" });
    expect(await ask(as(app, "bert"), { threadId: "nonsense", toolCallId: "no call" })).toBe(denied);
    expect(await ask(as(app, "anna"), { threadId, toolCallId: "q" })).toBe(denied);
    expect(await everything(app)).toEqual(before);

    authorization.callback = undefined;
    if (QUIET.includes(name)) return;
    expect(await ask(as(app, "anna"), { threadId, toolCallId: "q" }), "the owner is returned more").not.toBe(
      foreign,
    );
  },
);

test("the turns that have ended are listed for their owner only", async () => {
  setScript([[...says("Hello."), ...ends()]]);
  const app = setup();
  const threadId = await as(app, "anna").mutation(ownedApi.createThread, { prompt: "Hi" });
  const turnsOf = async (name: string) => (await as(app, name).query(ownedApi.listTurns, { threadId })).turns;
  await app.until(async () => (await turnsOf("anna")).length === 1);
  expect(await turnsOf("bert")).toEqual([]);
});

test("a live stream is returned to its owner only", async () => {
  setScript([[...says("one two three four", 1_000), ...ends()]]);
  const app = setup();
  const threadId = await as(app, "anna").mutation(ownedApi.createThread, { prompt: "Count" });
  await app.advance(3_000);
  const asked = { threadId, streamArgs: { kind: "deltas" } } as const;
  const { stream } = await as(app, "anna").query(ownedApi.listMessagesWithStreams, asked);
  expect(stream).toBeDefined();
  expect(await as(app, "bert").query(ownedApi.listMessagesWithStreams, asked)).toEqual({});
});

test("a tool call's changes are returned to its thread's owner only", async () => {
  const app = setup();
  const threadId = await waitForPerson(app, "anna");
  await as(app, "anna").mutation(ownedApi.addToolResult, { toolCallId: "q", result: "yes" });
  const asked = { threadId, streamArgs: { kind: "toolCall", turn: 1, step: 1, index: 0 } } as const;
  const { toolCall } = await as(app, "anna").query(ownedApi.listMessagesWithStreams, asked);
  expect(toolCall).toMatchObject({ output: "yes" });
  expect(await as(app, "bert").query(ownedApi.listMessagesWithStreams, asked)).toEqual({});
});

test("a caller without an identity cannot create a thread, and has none", async () => {
  const app = setup();
  await waitForPerson(app, "anna");
  for (const caller of [app.t, as(app, "")]) {
    const answers = Object.values(onOwn).map((ask) => answerText(ask(caller, ownedApi, NOTHING), NOTHING));
    expect(await Promise.all(answers)).toEqual([
      '{"error":{"code":"not_authenticated","message":"Only a user with an identity can create a thread."}}',
      "[]",
      '{"continueCursor":"threads:0:0","isDone":true,"page":[]}',
    ]);
  }
});

const NOTHING = { threadId: "nothing", toolCallId: "nothing" };

test("two owners never see each other's threads", async () => {
  const app = setup();
  const annas = await waitForPerson(app, "anna");
  const berts = await waitForPerson(app, "bert");
  const listed = async (subject: string) => {
    const caller = as(app, subject);
    const paginationOpts = { numItems: 10, cursor: null };
    return [
      await caller.query(ownedApi.listThreads, {}),
      await caller.query(ownedApi.listThreads, { status: "awaiting_tool_results" }),
      (await caller.query(ownedApi.paginateThreads, { paginationOpts })).page,
    ].map((threads) => threads.map(({ _id }) => _id));
  };
  expect(await listed("anna")).toEqual([[annas], [annas], [annas]]);
  expect(await listed("bert")).toEqual([[berts], [berts], [berts]]);
  expect(await listed("carl")).toEqual([[], [], []]);
});

test("an owner's call is found by its id alone, though another's thread has the same one", async () => {
  const app = setup();
  const annas = await waitForPerson(app, "anna");
  const berts = await waitForPerson(app, "bert");
  setScript([[...says("Done."), ...ends()]]);
  await as(app, "bert").mutation(ownedApi.addToolResult, { toolCallId: "q", result: "mine" });
  await app.advance(10_000);
  expect(await as(app, "bert").query(ownedApi.getThread, { threadId: berts })).toMatchObject({
    status: "completed",
  });
  expect(await as(app, "anna").query(ownedApi.getThread, { threadId: annas })).toMatchObject({
    status: "awaiting_tool_results",
  });
});

test("the same key of two owners creates two threads, and of one owner one", async () => {
  const app = setup();
  const create = (subject: string) => as(app, subject).mutation(ownedApi.createThread, { key: "first" });
  const annas = await create("anna");
  expect(await create("bert")).not.toBe(annas);
  expect(await create("anna")).toBe(annas);
});

test("a fork is its source's owner's", async () => {
  const app = setup();
  const threadId = await waitForPerson(app, "anna");
  await as(app, "anna").mutation(ownedApi.stopThread, { threadId });
  const forkId = await as(app, "anna").mutation(ownedApi.forkThread, { threadId });
  await app.advance(10_000);
  expect(await as(app, "anna").query(ownedApi.getThread, { threadId: forkId })).not.toBeNull();
  expect(await as(app, "bert").query(ownedApi.getThread, { threadId: forkId })).toBeNull();
});

test("another function may create a thread for an owner, and list that owner's threads", async () => {
  setScript([[...says("Hello."), ...ends()]]);
  const app = setup();
  const threadId = await app.mutation(internalApi.createThread, { prompt: "Hi", owner: "anna" });
  await app.mutation(internalApi.createThread, {});
  await app.settle(threadId);
  expect(await as(app, "anna").query(ownedApi.listMessages, { threadId })).toHaveLength(2);
  const ids = (threads: { _id: string }[]) => threads.map(({ _id }) => _id);
  expect(ids(await app.query(internalApi.listThreads, { owner: "anna" }))).toEqual([threadId]);
  expect(await app.query(internalApi.listThreads, {})).toHaveLength(2);
  const first = { owner: "anna", paginationOpts: { numItems: 1, cursor: null } };
  expect(ids((await app.query(internalApi.paginateThreads, first)).page)).toEqual([threadId]);
});

test("no answer reveals the owner of a thread", async () => {
  const app = setup();
  const threadId = await waitForPerson(app, "anna-the-owner");
  const named = { threadId, toolCallId: "q" };
  const caller = as(app, "anna-the-owner");
  for (const ask of Object.values({ ...onOwn, ...onThread }))
    expect(await answerText(ask(caller, ownedApi, named), named)).not.toContain("anna-the-owner");
});

test("without the owner option a caller who knows a thread's id can use it, unless the callback denies it", async () => {
  const app = setup();
  const threadId = await as(app, "anna").mutation(api.createThread, {});
  expect(await as(app, "bert").query(api.getThread, { threadId })).not.toBeNull();
  expect(await codeOf(as(app, "anna").mutation(ownedApi.stopThread, { threadId }))).toBe("thread_not_found");
});
