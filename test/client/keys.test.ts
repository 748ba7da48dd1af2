import { expect, test } from "vitest";
import { authorization } from "../support/app/agent.js";
import { ends, says, setScript } from "../support/app/model.js";
import { api, internalApi, setup } from "../support/harness.js";
import { codeOf, rowCounts } from "../support/inspect.js";

const answer = [...says("Hello."), ...ends()];

test("a thread that exists already is returned to a caller who may use it only", async () => {
  const app = setup();
  const threadId = await app.mutation(api.createThread, { key: "k" });
  const asked: string[] = [];
  authorization.callback = (_ctx, id) => {
    asked.push(id);
    throw new Error("Access denied");
  };
  await expect(app.mutation(api.createThread, { key: "k", prompt: "Hi" })).rejects.toThrow("Access denied");
  expect(asked).toEqual([threadId]);
  expect(await rowCounts(app)).toEqual({ threads: 1 });
  const another = await app.mutation(api.createThread, { key: "another" });
  expect(another).not.toBe(threadId);
  expect(asked).toEqual([threadId]);
});

test("the key of a thread under deletion creates a new one", async () => {
  const app = setup();
  for (const { createThread } of [api, internalApi]) {
    const threadId = await app.mutation(createThread, { key: "k" });
    await app.mutation(api.deleteThread, { threadId });
    const next = await app.mutation(createThread, { key: "k" });
    expect(next).not.toBe(threadId);
    await app.advance(60_000);
    expect(await app.mutation(createThread, { key: "k" })).toBe(next);
    await app.mutation(api.deleteThread, { threadId: next });
  }
});

test("the key of a message is that of its own thread, and a fork takes it anew", async () => {
  setScript([answer, answer]);
  const app = setup();
  const threadId = await app.mutation(api.createThread, {});
  const send = (to: string) => app.mutation(api.sendMessage, { threadId: to, prompt: "Hi", key: "k" });
  const first = await send(threadId);
  await app.settle(threadId);
  const forkId = await app.mutation(api.forkThread, { threadId });
  const second = await send(forkId);
  expect(second).not.toBe(first);
  expect(await send(forkId)).toBe(second);
  expect(await send(threadId)).toBe(first);
  await app.settle(forkId);
  expect(await app.transcript(forkId)).toEqual([
    "user: Hi",
    "assistant: Hello.",
    "user: Hi",
    "assistant: Hello.",
  ]);
});

test("a key that is empty or longer than 256 characters is refused", async () => {
  const app = setup();
  const threadId = await app.mutation(api.createThread, {});
  for (const key of ["", "x".repeat(257)]) {
    expect(await codeOf(app.mutation(api.createThread, { key }))).toBe("invalid_key");
    expect(await codeOf(app.mutation(api.sendMessage, { threadId, prompt: "Hi", key }))).toBe("invalid_key");
  }
  expect(await rowCounts(app)).toEqual({ threads: 1 });
  expect(await codeOf(app.mutation(api.createThread, { key: "x".repeat(256) }))).toBeNull();
});
