import { anyApi } from "convex/server";
import { defineAgentApi } from "convex-durable-agents";
import { beforeEach, expect, test } from "vitest";
import { authorization, component } from "../support/app/agent.js";
import { calls, ends, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { endpoints, namedEndpoints, onCall, answerText } from "../support/endpoints.js";
import { api, internalApi, setup, type App } from "../support/harness.js";
import { codeOf, everything } from "../support/inspect.js";
import * as agent from "../support/app/agent.js";
import { internalAgent } from "../support/app/internalAgent.js";

const deny = async () => {
  await Promise.resolve();
  throw new Error("Access denied");
};

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

test("the tables have every endpoint", () => {
  const made = Object.keys(defineAgentApi(component, anyApi.agent!.handler as never));
  expect(namedEndpoints().toSorted()).toEqual(made.toSorted());
  expect(Object.keys(internalAgent).toSorted()).toEqual(made.toSorted());
});

test.each(Object.keys(endpoints))("%s asks whether the caller may, for that thread", async (name) => {
  const app = setup();
  const threadId = await waitForPerson(app);
  const asked: unknown[] = [];
  authorization.callback = (ctx, id) => {
    asked.push([typeof ctx.auth.getUserIdentity, id]);
  };
  await endpoints[name]!(app, api, { threadId, toolCallId: "q" }).catch(() => {});
  expect(asked).toEqual([["function", threadId]]);
});

test.each(Object.keys(endpoints))("%s does nothing for a caller who may not", async (name) => {
  const app = setup();
  const threadId = await waitForPerson(app);
  const before = await everything(app);
  authorization.callback = deny;
  const answer = endpoints[name]!(app, api, { threadId, toolCallId: "q" });
  await expect(answer).rejects.toThrow(name in onCall ? "tool_call_not_found" : "Access denied");
  expect(await everything(app)).toEqual(before);
});

test.each(Object.keys(endpoints))(
  "%s tells a caller who may not as much of what is not there",
  async (name) => {
    const app = setup();
    const threadId = await waitForPerson(app);
    authorization.callback = deny;
    const ask = (named: { threadId: string; toolCallId: string }) =>
      answerText(endpoints[name]!(app, api, named), named);
    const forbidden = await ask({ threadId, toolCallId: "q" });
    expect(await ask({ threadId: "nonsense", toolCallId: "q" })).toBe(forbidden);
    expect(await ask({ threadId, toolCallId: "another" })).toBe(forbidden);
  },
);

test.each(Object.keys(onCall))(
  "%s means the call that the caller may touch, of those with its id",
  async (name) => {
    const app = setup();
    const mine = await waitForPerson(app);
    setScript([[...calls("ask", { question: "?" }, "q"), ...ends("tool-calls")]]);
    sideEffects.length = 0;
    await waitForPerson(app);
    const ask = () => codeOf(onCall[name]!(app, api, { threadId: "", toolCallId: "q" }));
    expect(await ask()).toBe("tool_call_ambiguous");
    authorization.callback = (_ctx, threadId) => {
      if (threadId !== mine) throw new Error("Access denied");
    };
    expect(await ask()).not.toBe("tool_call_ambiguous");
    authorization.callback = deny;
    expect(await ask()).toBe("tool_call_not_found");
  },
);

test("creating and listing threads does not call the callback, because there is no thread", async () => {
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
  for (const name of inOrder)
    answers.push(await endpoints[name]!(app, api, { threadId, toolCallId: "q" }).catch(String));
  expect(answers).toHaveLength(inOrder.length + 2);
  expect(JSON.stringify(answers)).not.toContain("function://");
  expect(JSON.stringify(answers)).toContain("Really?");
});
