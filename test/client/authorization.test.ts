import { beforeEach, expect, test } from "vitest";
import { authorization } from "../support/app/agent.js";
import { calls, ends, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, internalApi, setup, type App } from "../support/harness.js";
import { pendingJobs } from "../support/inspect.js";
import * as agent from "../support/app/agent.js";
import * as internalAgent from "../support/app/internalAgent.js";

/** Each endpoint that touches an existing thread; the thread has an async call "q" that waits. */
const endpoints: Record<string, (app: App, threadId: string) => Promise<unknown>> = {
  sendMessage: ({ mutation }, threadId) => mutation(api.sendMessage, { threadId, prompt: "Hi" }),
  resumeThread: ({ mutation }, threadId) => mutation(api.resumeThread, { threadId, prompt: "Hi" }),
  stopThread: ({ mutation }, threadId) => mutation(api.stopThread, { threadId }),
  deleteThread: ({ mutation }, threadId) => mutation(api.deleteThread, { threadId }),
  getThread: ({ query }, threadId) => query(api.getThread, { threadId }),
  listMessages: ({ query }, threadId) => query(api.listMessages, { threadId }),
  getUsage: ({ query }, threadId) => query(api.getUsage, { threadId }),
  listTurns: ({ query }, threadId) => query(api.listTurns, { threadId }),
  listTransitions: ({ query }, threadId) => query(api.listTransitions, { threadId }),
  explainThread: ({ query }, threadId) => query(api.explainThread, { threadId }),
  "listMessagesWithStreams for messages": ({ query }, threadId) =>
    query(api.listMessagesWithStreams, { threadId }),
  "listMessagesWithStreams for new messages": ({ query }, threadId) =>
    query(api.listMessagesWithStreams, { threadId, streamArgs: { kind: "messages", after: 0 } }),
  "listMessagesWithStreams for deltas": ({ query }, threadId) =>
    query(api.listMessagesWithStreams, { threadId, streamArgs: { kind: "deltas" } }),
  "listMessagesWithStreams for a tool call": ({ query }, threadId) =>
    query(api.listMessagesWithStreams, {
      threadId,
      streamArgs: { kind: "toolCall", turn: 1, step: 1, index: 0 },
    }),
  "addToolResult with the thread's id": ({ mutation }, threadId) =>
    mutation(api.addToolResult, { toolCallId: "q", result: 1, threadId }),
  "addToolResult without the thread's id": ({ mutation }) =>
    mutation(api.addToolResult, { toolCallId: "q", result: 1 }),
  "addToolError with the thread's id": ({ mutation }, threadId) =>
    mutation(api.addToolError, { toolCallId: "q", error: "no", threadId }),
  "addToolError without the thread's id": ({ mutation }) =>
    mutation(api.addToolError, { toolCallId: "q", error: "no" }),
};

const everything = async (app: App) => ({
  tables: await app.inComponent(async ({ db }) => ({
    threads: await db.query("threads").collect(),
    messages: await db.query("messages").collect(),
    toolCalls: await db.query("toolCalls").collect(),
  })),
  jobs: await pendingJobs(app),
});

async function waitForPerson(app: App) {
  const threadId = await app.mutation(api.createThread, { prompt: "Ask" });
  await app.until(() => sideEffects.length === 1);
  await app.advance(1_000);
  return threadId;
}

beforeEach(() =>
  setScript([
    [...calls("ask", { question: "Really?" }, "q"), ...ends("tool-calls")],
    [...says("Done."), ...ends()],
  ]),
);

test("the table above has each endpoint that takes a thread or a tool call", () => {
  const named = new Set(Object.keys(endpoints).map((name) => name.split(" ")[0]));
  expect(named).toEqual(
    new Set(Object.keys(internalAgent).filter((name) => !["createThread", "listThreads"].includes(name))),
  );
});

test.each(Object.keys(endpoints))("%s asks whether the caller may, for that thread", async (name) => {
  const app = setup();
  const threadId = await waitForPerson(app);
  const asked: unknown[] = [];
  authorization.callback = (ctx, id) => {
    asked.push([typeof ctx.auth.getUserIdentity, id]);
  };
  await endpoints[name]!(app, threadId).catch(() => {});
  expect(asked).toEqual([["function", threadId]]);
});

test.each(Object.keys(endpoints))("%s does nothing for a caller who may not", async (name) => {
  const app = setup();
  const threadId = await waitForPerson(app);
  const before = await everything(app);
  authorization.callback = async () => {
    await Promise.resolve();
    throw new Error("Access denied");
  };
  await expect(endpoints[name]!(app, threadId)).rejects.toThrow("Access denied");
  expect(await everything(app)).toEqual(before);
});

test("creating and listing threads asks nobody, because there is no thread to ask for", async () => {
  const app = setup();
  authorization.callback = () => {
    throw new Error("Access denied");
  };
  const threadId = await app.mutation(api.createThread, {});
  expect((await app.query(api.listThreads, {})).map(({ _id }) => _id)).toEqual([threadId]);
});

test("the callback sees who calls", async () => {
  const app = setup();
  const threadId = await waitForPerson(app);
  const callers: unknown[] = [];
  authorization.callback = async (ctx) => {
    callers.push((await ctx.auth.getUserIdentity())?.subject);
  };
  await app.t.withIdentity({ subject: "anna" }).query(api.getThread, { threadId });
  await app.t.withIdentity({ subject: "bert" }).mutation(api.stopThread, { threadId });
  expect(callers).toEqual(["anna", "bert"]);
});

test("defineAgentApi makes public functions, and defineInternalAgentApi internal ones of the same names", () => {
  type Flags = Record<string, { isPublic?: boolean; isInternal?: boolean }>;
  for (const [name, made] of Object.entries(internalAgent as unknown as Flags)) {
    expect([name, made.isInternal, made.isPublic]).toEqual([name, true, undefined]);
    const twin = (agent as unknown as Flags)[name]!;
    expect([name, twin.isInternal, twin.isPublic]).toEqual([name, undefined, true]);
  }
  expect((agent as unknown as Flags).handler!.isInternal).toBe(true);
});

test("the internal functions run a thread as the public ones do", async () => {
  const app = setup();
  const threadId = await app.mutation(internalApi.createThread, { prompt: "Ask" });
  await app.until(() => sideEffects.length === 1);
  await app.mutation(internalApi.addToolResult, { toolCallId: "q", result: "yes" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(await app.query(internalApi.listMessages, { threadId })).toHaveLength(3);
  await app.mutation(internalApi.deleteThread, { threadId });
  expect(await app.query(internalApi.getThread, { threadId })).toBeNull();
});

test("no answer of any endpoint gives away a function handle", async () => {
  const app = setup();
  const threadId = await waitForPerson(app);
  const answers: unknown[] = [threadId, await app.query(api.listThreads, {})];
  const inOrder = Object.keys(endpoints).toSorted(
    (a, b) => Number(a.endsWith("Thread")) - Number(b.endsWith("Thread")),
  );
  for (const name of inOrder) answers.push(await endpoints[name]!(app, threadId).catch(String));
  expect(answers).toHaveLength(inOrder.length + 2);
  expect(JSON.stringify(answers)).not.toContain("function://");
  expect(JSON.stringify(answers)).toContain("Really?");
});
