import { expect, test } from "vitest";
import { defaultOptions, overrides } from "../../support/app/agent.js";
import { ends, modelCalls, says, setScript } from "../../support/app/model.js";
import { api } from "../../support/harness.js";
import { deploy } from "../deployment.js";
import { sleep } from "../chance.js";

test("a handler that takes 90 s to make its options is not taken for dead", async () => {
  const app = deploy();
  setScript([[...says("Hello."), ...ends()]]);
  overrides.options = async () => {
    await sleep(90_000);
    return defaultOptions;
  };
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls.length).toBe(1);
});

test("nor is one whose provider says nothing for ten minutes, without deltas too", async () => {
  const app = deploy();
  setScript([[{ pauseMs: 590_000 }, ...says("Hello."), ...ends()]]);
  overrides.options = { ...defaultOptions, saveStreamDeltas: false };
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.advance(600_000);
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls.length).toBe(1);
});

test("a job in progress that never claims its step is given up after an hour", async () => {
  const app = deploy();
  setScript([[...says("Hello."), ...ends()]]);
  app.scheduler.holdBack("agent:handler");
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const stuck = await app.scheduler.tamper(({ name }) => name.endsWith("agent:handler"), "stuck");
  expect(stuck).toBe(1);
  app.scheduler.letGo();
  await app.advance(40 * 60_000);
  expect((await app.query(api.getThread, { threadId }))!.status).toBe("streaming");
  await app.advance(60 * 60_000);
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
});
