import { anyApi } from "convex/server";
import { createActionTool } from "convex-durable-agents";
import { expect, test } from "vitest";
import { z } from "zod";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { api, setup, type App } from "../support/harness.js";

/**
 * One step with parallel calls of a tool whose results have that many bytes.
 *
 * @param outcome - what the thread comes to. Default: it completes.
 */
async function callSized(
  app: App,
  count: number,
  bytes: number,
  outcome: object = { status: "completed" },
): Promise<string> {
  const handler = anyApi.tools!.sized as never;
  const sized = createActionTool({ description: "Sized", args: z.object({ bytes: z.number() }), handler });
  overrides.options = { ...defaultOptions, tools: { sized } };
  const asked = Array.from({ length: count }, (_, i) => calls("sized", { bytes }, `${i}`)).flat();
  setScript([
    [...asked, ...ends("tool-calls")],
    [...says("Done."), ...ends()],
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject(outcome);
  return threadId;
}

/** The lengths of the results that the model was sent. */
const sentToModel = (): number[] =>
  modelCalls[1]!.prompt
    .flatMap(({ role, content }) => (role === "tool" ? content : []))
    .map((part) => ("output" in part && part.output.type === "text" ? part.output.value.length : 0));

/** The lengths of the results that a page of messages shows; 0 for what it leaves out. */
async function shown(app: App, threadId: string): Promise<number[]> {
  const messages = await app.query(api.listMessages, { threadId });
  return messages
    .flatMap(({ parts }) => parts)
    .flatMap((part) => ("toolCallId" in part && part.state === "output-available" ? [part.output] : []))
    .map((output) => (typeof output === "string" ? output.length : 0));
}

test.each([
  { count: 10, bytes: 900_000 },
  { count: 100, bytes: 100_000 },
])(
  "$count parallel results of $bytes bytes are kept, sent to the model and shown",
  async ({ count, bytes }) => {
    const app = setup();
    const threadId = await callSized(app, count, bytes);
    const all = Array.from({ length: count }, () => bytes);
    expect(sentToModel()).toEqual(all);
    expect(await shown(app, threadId)).toEqual(all);
  },
);

test("more results than a model call is sent fail the turn with a code; they are kept, and a page says which it leaves out", async () => {
  const app = setup();
  const threadId = await callSized(app, 20, 900_000, {
    status: "failed",
    error: { code: "history_too_large" },
  });
  expect(modelCalls).toHaveLength(1);
  const lengths = await shown(app, threadId);
  expect(lengths).toHaveLength(20);
  expect(lengths.filter((length) => length === 0)).toHaveLength(7);
});
