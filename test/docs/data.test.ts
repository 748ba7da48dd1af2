import { expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { spokenTo } from "../support/inspect.js";
import { api } from "./app/convex/_generated/api.js";
import { setupApp } from "./setupApp.js";

test("an answer has what its handler and its tool have written, and the model what the handler makes of the user's", async () => {
  const { t, mutation, query, settle } = setupApp();
  await t.run(({ db }) => db.insert("products" as never, { name: "Apple", price: 2 } as never));
  setScript([
    [...calls("draw_chart", { title: "Fruit" }, "1"), ...ends("tool-calls")],
    [...says("See the chart."), ...ends()],
  ]);
  const page = [{ type: "data-page", data: "/fruit" }];
  const threadId = await mutation(api.shop.createThread, { prompt: "What does it cost?", data: page });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  const { messages } = (await query(api.shop.listMessagesWithStreams, { threadId })) as {
    messages: { parts: unknown }[];
  };
  const sources = { type: "data-sources", id: "sources", data: { titles: ["Apple"] } };
  const chart = { type: "data-chart", id: "Fruit", data: { title: "Fruit", points: [2] } };
  expect(messages[1]!.parts).toMatchObject([sources, { type: "tool-draw_chart" }, chart]);
  expect(messages[2]!.parts).toMatchObject([sources, { type: "text" }]);
  expect(spokenTo(modelCalls[0]!.prompt)).toContain("user: (The user is on /fruit.)");
});

test("an answer's metadata and the thread's usage have its cost", async () => {
  const { mutation, query, settle } = setupApp();
  setScript([[...says("Hello."), ...ends()]]);
  const threadId = await mutation(api.cost.createThread, { prompt: "Hi" });
  await settle(threadId);
  const cost = (10 * 1 + 5 * 5) / 1_000_000;
  const { metadata } = (await query(api.cost.listMessages, { threadId })).at(-1)!;
  expect(metadata).toMatchObject({ model: "anthropic/claude-haiku-4.5", cost });
  expect(await query(api.cost.getUsage, { threadId })).toMatchObject({ turn: { cost }, thread: { cost } });
});
