import { anyApi } from "convex/server";
import { ConvexError } from "convex/values";
import { createActionTool, type ToolRetry } from "convex-durable-agents";
import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup } from "../support/harness.js";
import { sentOutcomes } from "../support/inspect.js";

/** Gives the agent a tool whose handler does what `program.run` says. */
function addTool(retry?: ToolRetry) {
  const tool = createActionTool({
    description: "Run the test's program",
    args: z.looseObject({}),
    handler: anyApi.programmable!.handler as never,
    retry,
  });
  overrides.options = { ...defaultOptions, tools: { ...defaultOptions.tools, tool } };
}

beforeEach(() => addTool());

/** Runs a turn in which the model makes these calls, and then says that it is done. */
async function callTools(...toolCalls: ModelStep[]) {
  const app = setup();
  setScript([
    [...toolCalls.flat(), ...ends("tool-calls")],
    [...says("Done."), ...ends()],
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const thread = await app.settle(threadId);
  expect(thread).toMatchObject({ status: "completed" });
  const outcomes = sentOutcomes(modelCalls[1]!.prompt);
  return { app, threadId, outcomes, transcript: await app.transcript(threadId) };
}

const error = (value: unknown) => ({ type: "error-text", value });

test("a result reaches the model and the reader", async () => {
  const { outcomes, transcript } = await callTools(calls("record", { key: "a" }, "1"));
  expect(outcomes).toEqual([["1", { type: "json", value: { recorded: "a" } }]]);
  expect(transcript[1]).toBe('tool-record output-available {"recorded":"a"}');
});

test("the model receives the error that there is no such tool, and the turn goes on", async () => {
  const { outcomes, transcript } = await callTools(calls("nonsense", { a: 1 }, "1"));
  expect(outcomes).toEqual([["1", error(expect.stringContaining("nonsense"))]]);
  expect(transcript.at(-1)).toBe("assistant: Done.");
});

test.each(["constructor", "toString", "__proto__"])(
  "a tool named like a property of all objects, %s, is unknown like any other",
  async (name) => {
    const { outcomes } = await callTools(calls(name, {}, "1"));
    expect(outcomes).toEqual([["1", error(expect.any(String))]]);
  },
);

test.each([
  ["are of the wrong type", { key: 7 }],
  ["are missing", {}],
  ["are no JSON", '{"key": '],
  ["are no object", '"a"'],
])(
  "the model receives an error when a call's arguments %s, and the handler does not run",
  async (_what, input) => {
    const { outcomes, transcript } = await callTools(calls("record", input, "1"));
    expect(outcomes).toEqual([["1", error(expect.stringContaining("record"))]]);
    expect(sideEffects).toEqual([]);
    expect(transcript.at(-1)).toBe("assistant: Done.");
  },
);

test("a call that cannot be run does not keep the others of its step from running", async () => {
  const { outcomes } = await callTools(
    calls("nonsense", {}, "1"),
    calls("record", { key: "a" }, "2"),
    calls("record", {}, "3"),
  );
  expect(outcomes.map(([id, { type }]) => [id, type])).toEqual([
    ["1", "error-text"],
    ["2", "json"],
    ["3", "error-text"],
  ]);
  expect(sideEffects).toEqual(["a"]);
});

test("a call that the model could not finish writing is not made", async () => {
  const app = setup();
  setScript([
    [
      ...says("I record it."),
      { type: "tool-input-start", id: "1", toolName: "record" },
      { type: "tool-input-delta", id: "1", delta: '{"key": "hal' },
      ...ends("length"),
    ],
  ]);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(sideEffects).toEqual([]);
  expect(await app.transcript(threadId)).toEqual(["user: Go", "assistant: I record it."]);
});

test("a handler that throws is run three times, with growing waits, and its last error is the outcome", async () => {
  const runs: number[] = [];
  program.run = () => {
    throw new Error(`failure ${runs.push(Date.now())}`);
  };
  const { outcomes } = await callTools(calls("tool", {}, "1"));
  expect(outcomes).toEqual([["1", error("failure 3")]]);
  expect(runs).toHaveLength(3);
  expect(runs[1]! - runs[0]!).toBeGreaterThanOrEqual(250);
  expect(runs[2]! - runs[1]!).toBeGreaterThanOrEqual(500);
});

test("a handler that succeeds at its second attempt has one outcome, the result", async () => {
  let runs = 0;
  program.run = () => {
    if (++runs === 1) throw new Error("Not yet");
    return { runs };
  };
  const { outcomes, transcript } = await callTools(calls("tool", {}, "1"));
  expect(outcomes).toEqual([["1", { type: "json", value: { runs: 2 } }]]);
  expect(transcript).toEqual(["user: Go", 'tool-tool output-available {"runs":2}', "assistant: Done."]);
});

test.each<[ToolRetry | undefined, number]>([
  [undefined, 3],
  [true, 3],
  [false, 1],
  [{ maxAttempts: 5 }, 5],
  [{ onCrash: true }, 3],
])("with retry %j a handler that throws runs %i times", async (retry, expected) => {
  addTool(retry);
  let runs = 0;
  program.run = () => {
    runs += 1;
    throw new Error("Never");
  };
  await callTools(calls("tool", {}, "1"));
  expect(runs).toBe(expected);
});

test.each<[string, unknown, unknown]>([
  [
    "an object",
    { code: "closed", message: "We are closed." },
    '{"code":"closed","message":"We are closed."}',
  ],
  ["a string", "We are closed.", "We are closed."],
])(
  "a ConvexError is the handler's answer: it is not run again, and the model sees %s",
  async (_what, data, seen) => {
    let runs = 0;
    program.run = () => {
      runs += 1;
      throw new ConvexError(data as never);
    };
    const { outcomes } = await callTools(calls("tool", {}, "1"));
    expect(runs).toBe(1);
    expect(outcomes).toEqual([["1", error(seen)]]);
  },
);

test("a result that is larger than a document becomes an error outcome that says so, and the handler does not run again", async () => {
  let runs = 0;
  program.run = () => {
    runs += 1;
    return "x".repeat(1_100_000);
  };
  const { outcomes } = await callTools(calls("tool", {}, "1"));
  expect(outcomes).toEqual([["1", error(expect.stringContaining("larger than a document can hold"))]]);
  expect(runs).toBe(1);
});

test("an error that is larger than a document becomes an error outcome that says so", async () => {
  program.run = () => {
    throw new ConvexError("x".repeat(1_100_000));
  };
  const { outcomes } = await callTools(calls("tool", {}, "1"));
  expect(outcomes).toEqual([["1", error(expect.stringContaining("larger than a document can hold"))]]);
});

test("a handler that returns nothing has the result null", async () => {
  program.run = () => undefined;
  const { outcomes } = await callTools(calls("tool", {}, "1"));
  expect(outcomes).toEqual([["1", { type: "json", value: null }]]);
});

test("values that Convex has and JSON lacks reach the model as text", async () => {
  program.run = () => ({ count: 12n, bytes: new Uint8Array([1, 2, 3]).buffer });
  const { outcomes } = await callTools(calls("tool", {}, "1"));
  expect(outcomes).toEqual([["1", { type: "json", value: { count: "12", bytes: "AQID" } }]]);
  expect(JSON.stringify(modelCalls[1]!.prompt)).toContain('"12"');
});

test("each call of a step has its own outcome when the same tool is called several times", async () => {
  program.run = (_ctx, { n }) => {
    if (n === 2) throw new ConvexError("No two");
    return n;
  };
  const { outcomes } = await callTools(...[1, 2, 3].map((n) => calls("tool", { n }, String(n))));
  expect(outcomes).toEqual([
    ["1", { type: "json", value: 1 }],
    ["2", error("No two")],
    ["3", { type: "json", value: 3 }],
  ]);
});
