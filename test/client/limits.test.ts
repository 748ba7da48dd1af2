import { expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, boundedApi, setup } from "../support/harness.js";
import { spokenTo } from "../support/inspect.js";

/** A model that never comes to an end by itself. */
const neverDone = (_prompt: unknown, index: number) => [
  ...calls("record", { key: String(index) }, String(index)),
  ...ends("tool-calls"),
];

test("a turn that reaches its bound on steps stops with that reason, after its tools ran", async () => {
  const app = setup();
  setScript(neverDone);
  const threadId = await app.mutation(boundedApi.createThread, { prompt: "Go on for ever" });
  expect(await app.settle(threadId)).toMatchObject({ status: "stopped", stopReason: "maxSteps" });
  expect(modelCalls).toHaveLength(3);
  expect(sideEffects).toEqual(["0", "1", "2"]);
});

test("a resume after the bound goes on with a fresh bound and all that was done", async () => {
  const app = setup();
  setScript(neverDone);
  const threadId = await app.mutation(boundedApi.createThread, { prompt: "Go on for ever" });
  await app.settle(threadId);

  setScript([
    [...calls("record", { key: "more" }, "more"), ...ends("tool-calls")],
    [...says("Enough."), ...ends()],
  ]);
  await app.mutation(boundedApi.resumeThread, { threadId });

  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  const prompt = spokenTo(modelCalls[0]!.prompt)!;
  expect(prompt.filter((said) => said === "tool: tool-result")).toHaveLength(3);
  expect(sideEffects).toEqual(["0", "1", "2", "more"]);
});

test("a message that waits when the bound is reached begins the next turn", async () => {
  const app = setup();
  setScript((_prompt, index) =>
    index < 3
      ? [...calls("slow", { key: String(index) }, String(index)), ...ends("tool-calls")]
      : [...says("Yes?"), ...ends()],
  );
  const threadId = await app.mutation(boundedApi.createThread, { prompt: "Go on for ever" });
  await app.until(() => sideEffects.length === 3);
  await app.mutation(boundedApi.sendMessage, { threadId, prompt: "And me?" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect((await app.transcript(threadId)).slice(-2)).toEqual(["user: And me?", "assistant: Yes?"]);
});

test("each turn begins with the bounds of the api that starts it", async () => {
  const app = setup();
  setScript([[...says("Hello."), ...ends()]]);
  const threadId = await app.mutation(boundedApi.createThread, { prompt: "Hi" });
  const context = async () =>
    (await app.query(api.getThread, { threadId, inspect: true }))!.snapshot!.context;
  await app.settle(threadId);
  expect(await context()).toMatchObject({ maxAttempts: 2, maxSteps: 3 });
  await app.mutation(api.sendMessage, { threadId, prompt: "Again" });
  await app.settle(threadId);
  expect(await context()).toMatchObject({ maxAttempts: 3, maxSteps: 50 });
});

test("a step has as many attempts as the bound allows, and a fresh number in the next step", async () => {
  const app = setup();
  const drops = [{ throw: new TypeError("fetch failed") }];
  setScript([drops, [...calls("record", { key: "a" }, "1"), ...ends("tool-calls")], drops, drops]);
  const threadId = await app.mutation(boundedApi.createThread, { prompt: "Hi" });
  expect(await app.settle(threadId)).toMatchObject({
    status: "failed",
    error: { code: "model_error", message: "fetch failed" },
  });
  expect(modelCalls).toHaveLength(4);
});
