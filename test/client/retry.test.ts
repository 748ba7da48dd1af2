import { APICallError, InvalidResponseDataError, RetryError } from "ai";
import { ConvexError } from "convex/values";
import { expect, test } from "vitest";
import { overrides } from "../support/app/agent.js";
import { ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { api, setup } from "../support/harness.js";
import { liveStreams, rowCounts, shownText } from "../support/inspect.js";

const answer = [...says("Hello."), ...ends()];

const httpError = (statusCode: number, responseHeaders?: Record<string, string>) =>
  new APICallError({
    message: `Status ${statusCode}`,
    url: "https://provider.example",
    requestBodyValues: {},
    statusCode,
    responseHeaders,
  });

/** The provider refuses the request, before any stream. */
const refuses = (error: unknown) => (): ModelStep => {
  throw error;
};
/** The stream breaks after some text. */
const breaks = (error: unknown) => (): ModelStep => [...says("Half an "), { pauseMs: 500 }, { throw: error }];
/** The provider says in the stream that something is wrong, and closes it. */
const reports = (error: unknown) => (): ModelStep => [...says("Half an "), { type: "error", error }];

/** Plays one of these steps after the other, the last one for ever; notes when each call came. */
function play(...steps: (() => ModelStep)[]): number[] {
  const times: number[] = [];
  setScript((_prompt, index) => {
    times.push(Date.now());
    return steps[Math.min(index, steps.length - 1)]!();
  });
  return times;
}

const passing: [string, () => ModelStep][] = [
  ["an HTTP status 503", refuses(httpError(503))],
  ["an HTTP status 429", refuses(httpError(429))],
  ["a status 529 in mid-stream", breaks(httpError(529))],
  [
    "a gateway's error, which is no APICallError",
    refuses(Object.assign(new Error("Quota used up"), { statusCode: 429, isRetryable: true })),
  ],
  ["an error that only has a status", refuses(Object.assign(new Error("Go away"), { statusCode: 503 }))],
  [
    "retries that the SDK gave up",
    refuses(new RetryError({ message: "Failed", reason: "maxRetriesExceeded", errors: [httpError(503)] })),
  ],
  ["a failed fetch", refuses(new TypeError("fetch failed"))],
  [
    "a connection reset, as the cause",
    breaks(new Error("Stream broke", { cause: Object.assign(new Error("read"), { code: "ECONNRESET" }) })),
  ],
  [
    "a dropped connection, as the cause's message",
    breaks(new Error("Cannot read", { cause: new Error("socket hang up") })),
  ],
  ["a stream that closes without an end", () => says("Half an ")],
  [
    "a provider that misses the end of its own stream",
    breaks(
      new InvalidResponseDataError({ data: null, message: "The stream ended without a finish reason." }),
    ),
  ],
  ["a stream without anything", () => []],
  ["an answer that ends with an error", () => [...says("Half an "), ...ends("error")]],
  ["an overloaded provider", reports({ type: "overloaded_error", message: "Overloaded" })],
  ["an error in the stream that may be retried", reports(httpError(500))],
];

test.each(passing)(
  "after %s the step is tried again, and nothing is left of the failure",
  async (_name, fails) => {
    const app = setup();
    play(fails, () => answer);
    const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect(modelCalls).toHaveLength(2);
    expect(modelCalls[1]!.prompt).toEqual(modelCalls[0]!.prompt);
    expect(await app.transcript(threadId)).toEqual(["user: Hi", "assistant: Hello."]);
    await app.advance(60_000);
    expect(await rowCounts(app)).toEqual({ threads: 1, messages: 2, turns: 1, transitions: 6 });
  },
);

const circular: Record<string, unknown> = {};
circular.self = circular;
const looping = new Error("It was me");
looping.cause = looping;

const final: [string, () => ModelStep, { code: string; message: unknown }][] = [
  ["a status 400", refuses(httpError(400)), { code: "provider_error", message: "Status 400" }],
  ["a status 401 in mid-stream", breaks(httpError(401)), { code: "provider_error", message: "Status 401" }],
  ["an unknown error", breaks(new Error("No idea")), { code: "model_error", message: "No idea" }],
  ["a string in the stream", reports("Bad input"), { code: "model_error", message: "Bad input" }],
  [
    "an object in the stream",
    reports({ type: "invalid" }),
    { code: "model_error", message: '{"type":"invalid"}' },
  ],
  ["nothing at all thrown", breaks(undefined), { code: "model_error", message: expect.any(String) }],
  ["an object that contains itself", breaks(circular), { code: "model_error", message: expect.any(String) }],
  ["an error that is its own cause", breaks(looping), { code: "model_error", message: "It was me" }],
  [
    "a very long message",
    breaks(new Error("x".repeat(5_000))),
    { code: "model_error", message: "x".repeat(1_000) },
  ],
];

test.each(final)(
  "%s fails the turn at once, says why, and keeps the text that was shown",
  async (_name, fails, error) => {
    const app = setup();
    play(fails);
    const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
    expect(await app.settle(threadId)).toMatchObject({ status: "failed", error });
    expect(modelCalls).toHaveLength(1);
    const [, kept] = await app.query(api.listMessages, { threadId });
    if (kept) expect(kept).toMatchObject({ partial: true, parts: [{ type: "text", text: "Half an " }] });
    expect(await liveStreams(app, threadId)).toEqual([]);
  },
);

test("during backoff the thread is streaming, shows its error, and the failed attempt's text is gone", async () => {
  const app = setup();
  play(breaks(httpError(503)), () => answer);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.until(async () => (await shownText(app, threadId)) === "Half an ");
  const thread = () => app.query(api.getThread, { threadId, inspect: true });

  await app.until(async () => (await thread())!.error !== undefined);

  expect(await thread()).toMatchObject({
    status: "streaming",
    error: { code: "provider_error", message: "Status 503" },
    snapshot: { value: { running: "backoff" } },
  });
  expect(await liveStreams(app, threadId)).toEqual([]);
  expect(await app.transcript(threadId)).toEqual(["user: Hi"]);
});

test.each([
  ["seconds", () => ({ "retry-after": "90" })],
  ["milliseconds", () => ({ "retry-after-ms": "90000" })],
  ["a date", () => ({ "retry-after": new Date(Date.now() + 90_000).toUTCString() })],
])("a provider's retry-after in %s is respected", async (_form, headers) => {
  const app = setup();
  const times = play(
    () => refuses(httpError(429, headers()))(),
    () => answer,
  );
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(89_000);
});

test("the retry-after of a gateway's error is found in its cause", async () => {
  const app = setup();
  const error = Object.assign(new Error("Quota used up"), {
    statusCode: 429,
    isRetryable: true,
    cause: httpError(429, { "retry-after": "90" }),
  });
  const times = play(refuses(error), () => answer);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.settle(threadId);
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(90_000);
});

test("a failure that persists fails the turn after three attempts, with growing waits between them", async () => {
  const app = setup();
  const times = play(breaks(httpError(503)));
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  expect(await app.settle(threadId)).toMatchObject({
    status: "failed",
    error: { code: "provider_error", message: "Status 503" },
  });
  const [first, second] = [times[1]! - times[0]!, times[2]! - times[1]!];
  expect(times).toHaveLength(3);
  expect(first).toBeGreaterThanOrEqual(500);
  expect(second).toBeGreaterThanOrEqual(1_000);
  expect(await app.transcript(threadId)).toEqual(["user: Hi", "assistant: Half an "]);
});

test("the SDK does not retry by itself unless maxRetries is set", async () => {
  const app = setup();
  const { defaultOptions } = await import("../support/app/agent.js");
  overrides.options = { ...defaultOptions, maxRetries: 1 };
  play(refuses(httpError(503)), () => answer);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  await app.until(() => modelCalls.length === 2);
  expect(await app.settle(threadId)).toMatchObject({
    status: "completed",
    snapshot: { context: { generation: 1 } },
  });
});

test("options whose function throws fail the turn at once and say why", async () => {
  const app = setup();
  overrides.options = () => {
    throw new Error("No key for this user");
  };
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  expect(await app.settle(threadId)).toMatchObject({
    status: "failed",
    error: { code: "options_failed", message: "No key for this user" },
  });
  expect(modelCalls).toHaveLength(0);
});

test.each([
  ["that passes is tried again", new TypeError("fetch failed"), 2, { status: "completed" }],
  [
    "of a service fails the turn, and is not the provider's",
    httpError(401),
    1,
    { status: "failed", error: { code: "options_failed", message: "Status 401" } },
  ],
  [
    "thrown on purpose keeps its code",
    new ConvexError({ code: "no_budget", message: "The budget is used up." }),
    1,
    { status: "failed", error: { code: "no_budget", message: "The budget is used up." } },
  ],
])("an error of the options' factory %s", async (_name, error, times, thread) => {
  const app = setup();
  let made = 0;
  const { defaultOptions } = await import("../support/app/agent.js");
  overrides.options = () => {
    made += 1;
    if (made === 1) throw error;
    return defaultOptions;
  };
  setScript([answer]);
  const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
  expect(await app.settle(threadId)).toMatchObject(thread);
  expect(made).toBe(times);
});
