import { anyApi, type ApiFromModules } from "convex/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { calls, ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { api, setup } from "../support/harness.js";
import * as billing from "./billing.js";
import * as turns from "./turns.js";

const app = (anyApi as unknown as ApiFromModules<{ turns: typeof turns }>).turns;

const start = () =>
  setup({
    modules: {
      "./app/billing.ts": () => Promise.resolve(billing),
      "./app/turns.ts": () => Promise.resolve(turns),
    },
  });

const callsRecord: ModelStep = [...calls("record", { key: "a" }, "a"), ...ends("tool-calls")];
const fails: ModelStep = [{ throw: new TypeError("fetch failed") }];
const answer = [...says("Hello."), ...ends()];

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
afterEach(() => void (billing.bills.length = 0));

test("the chat agent charges each turn once, whatever its attempts", async () => {
  const { mutation, settle } = start();
  setScript([callsRecord, fails, answer]);
  const threadId = await mutation(app.chat, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(billing.bills).toEqual([{ threadId, turn: 1, tokens: 30 }]);
  expect(console.warn).toHaveBeenCalledExactlyOnceWith(
    threadId,
    "attempt",
    1,
    "failed:",
    expect.any(TypeError),
  );
});

test("the chat agent logs a turn that fails, and charges nothing", async () => {
  const { mutation, settle } = start();
  setScript([[{ throw: new Error("No idea") }]]);
  const threadId = await mutation(app.chat, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "failed" });
  expect(billing.bills).toEqual([]);
  expect(console.error).toHaveBeenCalledWith(threadId, "failed:", expect.any(Error));
});

test("the cook has its instructions, as those of the AI SDK's own agent", async () => {
  const { mutation, settle } = start();
  setScript([callsRecord, answer]);
  const threadId = await mutation(app.askCook, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls[0]!.prompt[0]).toEqual({ role: "system", content: turns.cook.instructions });
});

test("the careful agent has one tool in its first step, and no tool after a failure", async () => {
  const { mutation, settle } = start();
  setScript([[...calls("record", { no: "key" }, "a"), ...ends("tool-calls")], answer]);
  const threadId = await mutation(app.askCarefully, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls[0]!.tools!.map(({ name }) => name)).toEqual(["record"]);
  expect(modelCalls[1]).toMatchObject({
    toolChoice: { type: "none" },
    prompt: [{ role: "system", content: "Say what went wrong, and stop." }, {}, {}, {}],
  });
});

test("the careful agent stops once it has called the tool that ends its turns", async () => {
  const { mutation, settle } = start();
  setScript([callsRecord, [...calls("refuse", {}, "b"), ...ends("tool-calls")], answer]);
  const threadId = await mutation(app.askCarefully, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(modelCalls).toHaveLength(2);
});

test("the trip is an object, found on the last message", async () => {
  const { mutation, query, settle } = start();
  setScript([callsRecord, [...says('{"city":"Oslo","days":3}'), ...ends()]]);
  const threadId = await mutation(app.planTrip, { prompt: "Where to?" });
  await settle(threadId);
  expect(turns.findTrip(await query(api.listMessages, { threadId }))).toEqual({ city: "Oslo", days: 3 });
});
