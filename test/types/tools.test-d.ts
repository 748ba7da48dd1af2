import type { ListToolsResult, MCPClient } from "@ai-sdk/mcp";
import {
  createActionTool,
  createAsyncTool,
  createMcpTools,
  mcpToolAction,
  type DurableTool,
  type McpToolResult,
  type ToolCallIdentity,
  type ToolRetry,
} from "convex-durable-agents";
import type { FunctionReference } from "convex/server";
import { expectTypeOf, test } from "vitest";
import { z } from "zod";

type Action<ARGS extends Record<string, unknown>, RESULT = null> = FunctionReference<
  "action",
  "internal",
  ARGS,
  RESULT
>;
type Call<INPUT> = { threadId: string; toolCallId: string; toolName: string; args: INPUT };

declare const getWeather: Action<{ location: string }, { weather: string; temperature: number }>;
declare const getWeatherInUnits: Action<{ location: string; units?: "C" | "F" }, string>;
declare const needsMore: Action<{ location: string; day: string }>;
declare const takesNumber: Action<{ location: number }>;
declare const aMutation: FunctionReference<"mutation", "internal", { location: string }, null>;
declare const askPerson: Action<Call<{ question: string }>>;
declare const askAnything: Action<Call<unknown>>;
declare const askNumber: Action<Call<{ question: number }>>;

const location = z.object({ location: z.string() });
const question = z.object({ question: z.string() });
const description = "x";

test("a tool knows the arguments that its schema gives and the result that its handler returns", () => {
  const tool = createActionTool({ description, args: location, handler: getWeather });
  expectTypeOf(tool).toEqualTypeOf<
    DurableTool<{ location: string }, { weather: string; temperature: number }>
  >();
});

test("the handler may take more than the schema gives, as long as that is optional", () => {
  createActionTool({ description, args: location, handler: getWeatherInUnits });
});

test("a public action is a handler, too", () => {
  const handler = getWeather as unknown as FunctionReference<
    "action",
    "public",
    { location: string },
    number
  >;
  expectTypeOf(createActionTool({ description, args: location, handler })).toEqualTypeOf<
    DurableTool<{ location: string }, number>
  >();
});

test("a handler that needs more, or something else, than the schema gives is refused", () => {
  // @ts-expect-error the schema does not give `day`
  createActionTool({ description, args: location, handler: needsMore });
  // @ts-expect-error the schema gives a string
  createActionTool({ description, args: location, handler: takesNumber });
  // @ts-expect-error a tool's handler is an action
  createActionTool({ description, args: location, handler: aMutation });
  // @ts-expect-error a handler is a reference, not the function itself
  createActionTool({ description, args: location, handler: async () => ({ weather: "fine" }) });
});

test("a handler takes what the schema's transformations make of the model's arguments", () => {
  const args = z.object({ location: z.string().default("Oslo") });
  createActionTool({ description, args, handler: getWeather });
});

test("a tool has a description and a schema", () => {
  // @ts-expect-error a description is missing
  createActionTool({ args: location, handler: getWeather });
  // @ts-expect-error a schema is missing
  createActionTool({ description, handler: getWeather });
  // @ts-expect-error a handler is missing
  createActionTool({ description, args: location });
});

test("an async tool's callback receives the call, with the arguments that the schema gives", () => {
  const tool = createAsyncTool({ description, args: question, callback: askPerson });
  expectTypeOf(tool).toEqualTypeOf<DurableTool<{ question: string }>>();
  createAsyncTool({ description, args: question, callback: askAnything });
});

test("an async tool needs no callback", () => {
  const tool = createAsyncTool({ description, args: question, timeoutMs: 60_000 });
  expectTypeOf(tool).toEqualTypeOf<DurableTool<{ question: string }>>();
});

test("a callback that takes other arguments, or only the model's, is refused", () => {
  // @ts-expect-error the schema gives a string
  createAsyncTool({ description, args: question, callback: askNumber });
  // @ts-expect-error a callback receives the call, with the arguments in `args`
  createAsyncTool({ description, args: location, callback: getWeather });
});

test("a tool says how often it may run", () => {
  expectTypeOf<ToolRetry>().extract<boolean>().toEqualTypeOf<boolean>();
  createActionTool({ description, args: location, handler: getWeather, retry: { onCrash: true } });
  // @ts-expect-error there is no such policy
  createActionTool({ description, args: location, handler: getWeather, retry: "twice" });
});

declare const client: MCPClient;
declare const list: ListToolsResult;
declare const callTool: Action<{ name: string; args: unknown; toolCall: ToolCallIdentity }>;

test("the AI SDK's client of an MCP server is one, and so is what it lists", async () => {
  mcpToolAction(() => client);
  mcpToolAction(async (_ctx, { owner, sender }) => {
    expectTypeOf(owner).toEqualTypeOf<string | null>();
    expectTypeOf(sender).toEqualTypeOf<string | null>();
    return client;
  });
  const options = { handler: callTool, prefix: "docs_" };
  const tools = await createMcpTools(async () => client, options);
  expectTypeOf(tools).toEqualTypeOf<Record<string, DurableTool<Record<string, unknown>, McpToolResult>>>();
  await createMcpTools(list, options);
});

test("the action of an MCP server's tools takes what it is called with", async () => {
  // @ts-expect-error it takes `location`
  await createMcpTools(() => client, { handler: getWeather, prefix: "docs_" });
  // @ts-expect-error there is no prefix
  await createMcpTools(() => client, { handler: callTool });
  // @ts-expect-error it is no client
  await createMcpTools(() => ({ close: async () => {} }), { handler: callTool, prefix: "docs_" });
});
