import { tool } from "ai";
import { anyApi } from "convex/server";
import {
  agentErrorData,
  createActionTool,
  createAsyncTool,
  defineAgentApi,
  defineInternalAgentApi,
  streamHandlerAction,
} from "convex-durable-agents";
import { expect, test } from "vitest";
import { z } from "zod";
import { REPLACED_OPTIONS } from "../../src/handler/streamOptions.js";
import { component, defaultOptions, overrides } from "../support/app/agent.js";
import { modelCalls } from "../support/app/model.js";
import { api, setup } from "../support/harness.js";

const handler = anyApi.tools!.record as never;

function codeOf(define: () => unknown): string | null {
  try {
    define();
    return null;
  } catch (error) {
    return agentErrorData(error)?.code ?? String(error);
  }
}

const badSchemas: [string, unknown][] = [
  ["a string's schema", z.string()],
  ["a list's schema", z.array(z.string())],
  ["a schema of an earlier zod", { _def: { typeName: "ZodObject" }, parse: () => {}, safeParse: () => {} }],
  ["a JSON schema", { type: "object", properties: {} }],
  ["a date, which JSON Schema cannot express", z.object({ at: z.date() })],
  ["a bigint, which JSON Schema cannot express", z.object({ n: z.bigint() })],
  ["null", null],
  ["nothing", undefined],
  ["text", "object"],
];

test.each(badSchemas)("args that are %s are refused when the module loads", (_what, args) => {
  const definition = { description: "x", args: args as never, handler, callback: handler };
  expect(codeOf(() => createActionTool(definition))).toBe("invalid_tool_schema");
  expect(codeOf(() => createAsyncTool(definition))).toBe("invalid_tool_schema");
});

test.each<[string, unknown]>([
  ["a function", () => null],
  ["a name", 7],
  ["nothing", undefined],
  ["null", null],
  ["an object", {}],
])("a handler that is %s, not a reference, is refused when the module loads", (_what, given) => {
  const args = z.object({});
  expect(codeOf(() => createActionTool({ description: "x", args, handler: given as never }))).toBe(
    "invalid_tool_handler",
  );
  // An async tool needs no callback.
  expect(codeOf(() => createAsyncTool({ description: "x", args, callback: given as never }))).toBe(
    given === undefined ? null : "invalid_tool_handler",
  );
});

test.each([
  z.object({}),
  z.strictObject({ a: z.string().optional() }),
  z.object({ a: z.union([z.string(), z.number()]), b: z.record(z.string(), z.unknown()) }),
])("an object schema is accepted", (args) => {
  expect(codeOf(() => createActionTool({ description: "x", args, handler }))).toBeNull();
});

test.each([
  { maxAttempts: 0 },
  { maxAttempts: -1 },
  { maxAttempts: 1.5 },
  { maxAttempts: NaN },
  { maxSteps: 0 },
  { maxSteps: Infinity },
  { maxTurnMs: 1e15 },
])("the limits %j are refused when the module loads", (limits) => {
  const streamHandler = anyApi.agent!.handler as never;
  expect(codeOf(() => defineAgentApi(component, streamHandler, { limits }))).toBe("invalid_limits");
  expect(codeOf(() => defineInternalAgentApi(component, streamHandler, { limits }))).toBe("invalid_limits");
});

test.each([undefined, null, {}, () => null])(
  "a stream handler that is no reference (%s) is refused when the module loads",
  (given) => {
    expect(codeOf(() => defineAgentApi(component, given as never))).toBe("invalid_stream_handler");
    expect(codeOf(() => defineInternalAgentApi(component, given as never))).toBe("invalid_stream_handler");
  },
);

test.each([0, -1, 1.5, NaN])("a tool with %d attempts is refused when the module loads", (maxAttempts) => {
  const define = () =>
    createActionTool({ description: "x", args: z.object({}), handler, retry: { maxAttempts } });
  expect(codeOf(define)).toBe("invalid_limits");
});

test.each<object>([
  { timeoutMs: 0 },
  { timeoutMs: Infinity },
  { timeoutMs: 400 * 24 * 3_600_000 },
  { approvalTimeoutMs: -1 },
  { retry: { maxAttempts: 1e9 } },
  { retry: { backoff: { delayMs: -1 } } },
  { retry: { backoff: { delayMs: NaN } } },
  { retry: { backoff: { delayMs: 1e12 } } },
  { retry: { backoff: { strategy: "exponential", initialDelayMs: Infinity } } },
  { retry: { backoff: { strategy: "exponential", initialDelayMs: 10, multiplier: 0 } } },
  { retry: { backoff: { strategy: "exponential", initialDelayMs: 10, multiplier: NaN } } },
  { retry: { backoff: { strategy: "exponential", initialDelayMs: 10, maxDelayMs: -5 } } },
])("a tool with %j is refused when the module loads", (options) => {
  const define = () => createActionTool({ description: "x", args: z.object({}), handler, ...options });
  expect(codeOf(define)).toBe("invalid_limits");
});

const badOptions: [string, object | null, string][] = [
  ["without a model", { ...defaultOptions, model: undefined }, "model_missing"],
  ["that are nothing", null, "options_failed"],
  ["with instructions twice", { ...defaultOptions, instructions: "Be brief." }, "invalid_options"],
  ["that are prepared for each call", { ...defaultOptions, prepareCall: () => ({}) }, "invalid_options"],
  ["with options of each call", { ...defaultOptions, callOptionsSchema: z.object({}) }, "invalid_options"],
  ...Object.keys(REPLACED_OPTIONS).map((name): [string, object, string] => [
    `with ${name}`,
    { ...defaultOptions, [name]: () => null },
    "options_failed",
  ]),
  ["with a throttle of NaN", { ...defaultOptions, saveStreamDeltas: { throttleMs: NaN } }, "invalid_limits"],
  ["with a throttle below 0", { ...defaultOptions, saveStreamDeltas: { throttleMs: -1 } }, "invalid_limits"],
  [
    "with an endless throttle",
    { ...defaultOptions, saveStreamDeltas: { throttleMs: Infinity } },
    "invalid_limits",
  ],
  ["with no recent message", { ...defaultOptions, recentMessages: 0 }, "invalid_limits"],
  ["with half a recent message", { ...defaultOptions, recentMessages: 0.5 }, "invalid_limits"],
];

test.each(badOptions)("options %s are refused when the module loads", (_what, options, code) => {
  expect(codeOf(() => streamHandlerAction(component, options as never))).toBe(code);
});

test.each(badOptions)(
  "options %s that a factory returns fail the turn at once",
  async (_what, options, code) => {
    const app = setup();
    overrides.options = () => options as never;
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    expect(await app.settle(threadId)).toMatchObject({ status: "failed", error: { code } });
    expect(modelCalls).toHaveLength(0);
  },
);

test("a tool of the AI SDK that would run inside the handler fails the turn before the model is asked", async () => {
  const app = setup();
  const inside = tool({ description: "x", inputSchema: z.object({}), execute: () => "done" });
  overrides.options = { ...defaultOptions, tools: { inside } };
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  expect(await app.settle(threadId)).toMatchObject({
    status: "failed",
    error: { code: "unsupported_tool", message: expect.stringContaining('"inside"') as string },
  });
  expect(modelCalls).toHaveLength(0);
});

test("an error of the app is not one of this package's", () => {
  expect(agentErrorData(new Error("x"))).toBeNull();
  expect(agentErrorData({ code: "x", message: "y" })).toBeNull();
  expect(agentErrorData(undefined)).toBeNull();
});

test.each([0, -1, 1.5, NaN])("a log of %s transitions is refused when the module loads", (keep) => {
  const define = () => defineAgentApi(component, handler, { transitionLog: { keep } });
  expect(codeOf(define)).toBe("invalid_transition_log");
});
