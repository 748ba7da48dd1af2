import { beforeEach, expect, test, vi } from "vitest";
import { calls, ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { api } from "./app/convex/_generated/api.js";
import { cook } from "./app/convex/cook.js";
import { findTrip } from "./app/convex/trips.js";
import { setupApp } from "./setupApp.js";

const callsWeather: ModelStep = [...calls("get_weather", { location: "Oslo" }, "a"), ...ends("tool-calls")];
const fails: ModelStep = [{ throw: new TypeError("fetch failed") }];
const answer = [...says("Hello."), ...ends()];

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));

test("each turn is billed once, whatever its attempts", async () => {
  const { mutation, settle, rows } = setupApp();
  setScript([callsWeather, fails, answer]);
  const threadId = await mutation(api.billing.createThread, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(await rows("bills")).toMatchObject([{ threadId, turn: 1, tokens: 30 }]);
  expect(console.warn).toHaveBeenCalledExactlyOnceWith(
    threadId,
    "attempt",
    1,
    "failed:",
    expect.any(TypeError),
  );
});

test("a turn that fails is logged, and not billed", async () => {
  const { mutation, settle, rows } = setupApp();
  setScript([[{ throw: new Error("No idea") }]]);
  const threadId = await mutation(api.billing.createThread, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "failed" });
  expect(await rows("bills")).toEqual([]);
  expect(console.error).toHaveBeenCalledWith(threadId, "failed:", expect.any(Error));
});

test("the cook has its instructions, as those of the AI SDK's own agent", async () => {
  const { mutation, settle } = setupApp();
  setScript([callsWeather, answer]);
  const threadId = await mutation(api.cook.createThread, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls[0]!.prompt[0]).toEqual({ role: "system", content: cook.instructions });
});

test("the careful agent has one tool in its first step, and no tool after a failure", async () => {
  const { mutation, settle } = setupApp();
  setScript([[...calls("get_weather", { no: "location" }, "a"), ...ends("tool-calls")], answer]);
  const threadId = await mutation(api.careful.createThread, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls[0]!.tools!.map(({ name }) => name)).toEqual(["get_weather"]);
  expect(modelCalls[1]).toMatchObject({
    toolChoice: { type: "none" },
    prompt: [{ role: "system", content: "Say what went wrong, and stop." }, {}, {}, {}],
  });
});

test("the careful agent stops once it has called the tool that ends its turns", async () => {
  const { mutation, settle } = setupApp();
  vi.stubGlobal("fetch", () => Promise.resolve(new Response()));
  setScript([callsWeather, [...calls("charge_card", { amount: 5 }, "b"), ...ends("tool-calls")], answer]);
  const threadId = await mutation(api.careful.createThread, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls).toHaveLength(2);
});

test("the trip is an object, found on the last message", async () => {
  const { mutation, query, settle } = setupApp();
  setScript([callsWeather, [...says('{"city":"Oslo","days":3}'), ...ends()]]);
  const threadId = await mutation(api.trips.createThread, { prompt: "Where to?" });
  await settle(threadId);
  expect(findTrip(await query(api.trips.listMessages, { threadId }))).toEqual({ city: "Oslo", days: 3 });
});
