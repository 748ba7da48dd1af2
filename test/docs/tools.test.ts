import workpoolTest from "@convex-dev/workpool/test";
import { expect, test, vi } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sentOutcomes } from "../support/inspect.js";
import { api, internal } from "./app/convex/_generated/api.js";
import { setupApp } from "./setupApp.js";

/** Begins a thread of a user whose model calls a tool and then answers. */
async function begin(toolName: string, input: object) {
  setScript([
    [...calls(toolName, input, "1"), ...ends("tool-calls")],
    [...says("Done."), ...ends()],
  ]);
  const app = setupApp();
  const ann = app.t.withIdentity({ subject: "ann" });
  const threadId = await ann.mutation(api.chat.createThread, { prompt: "Go" });
  /** What the model is sent of the call. */
  const outcome = () => sentOutcomes(modelCalls[1]!.prompt)[0]![1];
  const call = async () =>
    (await ann.query(api.chat.listMessages, { threadId })).flatMap(({ parts }) =>
      parts.flatMap((part) => ("toolCallId" in part ? [part] : [])),
    )[0];
  return { ...app, ann, threadId, outcome, call };
}

test("the weather is looked up", async () => {
  const { settle, threadId, outcome } = await begin("get_weather", { location: "Oslo" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(outcome()).toEqual({ type: "json", value: { weather: "sunny in Oslo", temperature: 23 } });
});

test("a charge is tried again under the same key while the service is busy", async () => {
  const { settle, threadId, outcome } = await begin("charge_card", { amount: 5 });
  const statuses = [503, 429, 201];
  const pay = vi.fn((_url: string, _init: RequestInit) =>
    Promise.resolve(new Response(null, { status: statuses.shift() })),
  );
  vi.stubGlobal("fetch", pay);
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect(outcome()).toEqual({ type: "text", value: "Charged $5." });
  const keys = pay.mock.calls.map(([, { headers }]) => new Headers(headers).get("idempotency-key"));
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(pay.mock.calls[0]![1].body).toBe('{"customer":"ann","amount":5}');
});

test("a charge that the service refuses is tried once", async () => {
  const { settle, threadId, outcome } = await begin("charge_card", { amount: 5 });
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response(null, { status: 402 }))),
  );
  await settle(threadId);
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(outcome()).toEqual({ type: "error-text", value: "The payment service returned 402." });
});

test("a person approves a large charge", async () => {
  const { ann, settle, until, threadId, outcome, call } = await begin("charge_card", { amount: 500 });
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response())),
  );
  await until(async () => (await call())?.state === "approval-requested");
  expect(fetch).not.toHaveBeenCalled();
  await ann.mutation(api.chat.approveToolCall, { threadId, toolCallId: "1" });
  await settle(threadId);
  expect(outcome()).toEqual({ type: "text", value: "Charged $500." });
});

test("readers see how many pages were read", async () => {
  const urls = ["https://a.example.com/", "https://b.example.com/"];
  const { settle, until, threadId, outcome, call } = await begin("read_pages", { urls });
  const waiting: (() => void)[] = [];
  vi.stubGlobal(
    "fetch",
    (url: string) =>
      new Promise<Response>((resolve) => {
        waiting.push(() => resolve(new Response(`The text of ${url}`)));
      }),
  );
  await until(() => waiting.length === 1);
  expect(await call()).toMatchObject({ preliminary: true, output: { page: 1, of: 2 } });
  waiting[0]!();
  await until(() => waiting.length === 2);
  waiting[1]!();
  await settle(threadId);
  expect(outcome()).toEqual({ type: "json", value: urls.map((url) => `The text of ${url}`) });
});

test("a turn with a tool runs through the pools", async () => {
  setScript([
    [...calls("get_weather", { location: "Oslo" }, "1"), ...ends("tool-calls")],
    [...says("Done."), ...ends()],
  ]);
  const { t, mutation, settle, transcript } = setupApp();
  workpoolTest.register(t, "agentWorkpool");
  workpoolTest.register(t, "toolWorkpool");
  const threadId = await mutation(internal.workpool.createThread, { prompt: "Go" });
  expect(await settle(threadId)).toMatchObject({ status: "completed" });
  expect((await transcript(threadId)).at(-1)).toBe("assistant: Done.");
});
