import { ConvexError } from "convex/values";
import { LoadAPIKeyError, NoSuchModelError } from "ai";
import { anyApi } from "convex/server";
import { expect, test } from "vitest";
import { overrides } from "../support/app/agent.js";
import { ends, modelCalls, says, setScript } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { api, setup } from "../support/harness.js";
import { callsTool, setSyncTool } from "../support/tool.js";

const SECRETS = /s3cret|Uncaught|\u001b|\.ts:\d|\/home\/|\n\s+at /;

const insides =
  "Uncaught Error: \u001b[31mno luck\u001b[39m in /home/ada/tools.ts\n    at handler (../convex/x.ts:3:9)\n";

/** The error of the only tool call of a thread, as its readers have it, after the model was sent it. */
async function outcome() {
  const app = setup();
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  const messages = await app.query(api.listMessages, { threadId });
  const part = messages.flatMap(({ parts }) => parts).find(({ type }) => type === "tool-tool");
  expect(JSON.stringify(messages)).not.toMatch(SECRETS);
  expect(JSON.stringify(modelCalls.at(-1)!.prompt)).not.toMatch(SECRETS);
  return part as { state: string; errorText?: string };
}

test("an error of a tool reaches model and readers without its insides", async () => {
  setSyncTool({ retry: false });
  callsTool("a");
  program.run = () => {
    throw new Error(insides);
  };
  expect(await outcome()).toMatchObject({ state: "output-error", errorText: "no luck in (a file)" });
});

test("an error that a tool means for its reader is given as it is", async () => {
  setSyncTool();
  callsTool("a");
  program.run = () => {
    throw new ConvexError("See /home/page for the rules");
  };
  const app = setup();
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  expect(JSON.stringify(await app.query(api.listMessages, { threadId }))).toContain("See /home/page");
});

test("a tool call with arguments that its schema refuses says what is wrong, not what they were", async () => {
  setSyncTool();
  setScript([
    [
      { type: "tool-call", toolCallId: "a", toolName: "tool", input: '{"key":7,"more":"s3cret"}' },
      ...ends("tool-calls"),
    ],
    [...says("Done."), ...ends()],
  ] as never);
  const app = setup();
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.settle(threadId);
  const outcomes = JSON.stringify(modelCalls.at(-1)!.prompt.at(-1));
  expect(outcomes).toContain("expected string, received number");
  expect(outcomes).not.toMatch(SECRETS);
});

test.each<[string, Error, string]>([
  ["of a model", new Error(insides), "model_error"],
  [
    "of a model that does not exist",
    new NoSuchModelError({ modelId: "x", modelType: "languageModel" }),
    "model_not_found",
  ],
  ["of a missing key", new LoadAPIKeyError({ message: "The API key is missing." }), "api_key_missing"],
])("an error %s is the thread's, with a code of its own and without insides", async (_what, error, code) => {
  const app = setup();
  setScript(() => {
    throw error;
  });
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const thread = await app.settle(threadId);
  expect(thread).toMatchObject({ status: "failed", error: { code } });
  expect(JSON.stringify(thread)).not.toMatch(SECRETS);
  expect(modelCalls).toHaveLength(1);
});

test("an error of the options' factory has its code and no insides", async () => {
  const app = setup();
  overrides.options = () => {
    throw new Error(insides);
  };
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const thread = await app.settle(threadId);
  expect(thread).toMatchObject({ error: { code: "options_failed", message: "no luck in (a file)" } });
});

test("a classifier that answers nonsense ends the call, and says so", async () => {
  setSyncTool({ retry: { shouldRetryError: anyApi.programmable!.decide as never } });
  callsTool("a");
  let runs = 0;
  program.run = () => {
    runs += 1;
    throw new Error("no luck");
  };
  program.decide = () => "perhaps";
  expect(await outcome()).toMatchObject({
    state: "output-error",
    errorText: "no luck (shouldRetryError returned string in place of a boolean.)",
  });
  expect(runs).toBe(1);
});
