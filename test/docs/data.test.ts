import { anyApi, type ApiFromModules } from "convex/server";
import { expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { setup } from "../support/harness.js";
import { spokenTo } from "../support/inspect.js";
import * as data from "./data.js";
import * as pages from "./dataPages.js";

const app = (anyApi as unknown as ApiFromModules<{ data: typeof data }>).data;

const start = () => setup({ modules: { "./app/data.ts": () => Promise.resolve({ ...data, ...pages }) } });

test("an answer has what its handler and its tool have written, and the model what the handler makes of the user's", async () => {
  const { mutation, query, settle } = start();
  setScript([
    [...calls("draw_chart", { table: "fruit" }, "1"), ...ends("tool-calls")],
    [...says("See the chart."), ...ends()],
  ]);
  const page = [{ type: "data-page", data: "/fruit" }];
  const threadId = await mutation(app.ask, { prompt: "What does it cost?", data: page });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  const [, asked, answered] = await query(app.listMessages, { threadId });
  const sources = { type: "data-sources", id: "sources", data: { titles: ["Prices"] } };
  const chart = { type: "data-chart", id: "fruit", data: { table: "fruit", points: [1, 2, 3] } };
  expect(asked!.parts).toMatchObject([sources, { type: "tool-draw_chart" }, chart]);
  expect(answered!.parts).toMatchObject([sources, { type: "text" }]);
  expect(spokenTo(modelCalls[0]!.prompt)).toContain("user: (The user is on /fruit.)");
});

test("an answer's metadata and the thread's usage have its cost", async () => {
  const { mutation, query, settle } = start();
  setScript([[...says("Hello."), ...ends()]]);
  const threadId = await mutation(app.createThread, { prompt: "Hi" });
  await settle(threadId);
  const cost = (10 * 1 + 5 * 5) / 1_000_000;
  const { metadata } = (await query(app.listMessages, { threadId })).at(-1)!;
  expect(metadata).toMatchObject({ model: "mock-model-id", cost });
  expect(await query(app.getUsage, { threadId })).toMatchObject({ turn: { cost }, thread: { cost } });
});
