import { asSchema, type Tool, type ToolSet } from "ai";
import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import type { z } from "zod";
import { DEFAULT_TOOL_POLICY, type ToolCallPolicy } from "../machines/toolCall.js";
import { definitionError, isPositiveInteger } from "./errors.js";
import { isFunctionReference, type ActionReference } from "./functionReference.js";

/**
 * How often a tool's handler may run. `true`, the default: three attempts with backoff when it throws. `false`: once.
 * A `ConvexError` is the handler's deliberate answer and is never retried.
 */
export type ToolRetry =
  | boolean
  | {
      /** Attempts in all; 3 unless told. */
      maxAttempts?: number;
      /**
       * Run again when the executor died, although the handler may have had its effect. For handlers that can
       * be run twice; false unless told.
       */
      onCrash?: boolean;
    };

/** A tool whose handler is a Convex action, run durably once the step that asked for it is committed. */
export interface DurableTool<INPUT = unknown, OUTPUT = unknown> {
  kind: "sync" | "async";
  description: string;
  inputSchema: z.ZodType<INPUT>;
  handler: ActionReference;
  retry: ToolRetry;
  /** Never set: carries the result's type. */
  _output?: OUTPUT;
}

/** What an async tool's callback receives: the call it is to see answered, and the model's arguments. */
export interface AsyncToolCallbackArgs<INPUT = unknown> {
  threadId: string;
  toolCallId: string;
  toolName: string;
  args: INPUT;
}

/** Refuses, at compile time, an action that does not take what the schema gives. */
type Accepts<HANDLER extends ActionReference, ARGS> =
  ARGS extends FunctionArgs<HANDLER> ? unknown : FunctionReference<"action", "internal" | "public", never>;

/**
 * A tool whose handler returns the result: an action that receives the model's arguments.
 *
 * @throws invalid_tool_schema, invalid_tool_handler, invalid_limits
 * @example
 * createActionTool({
 *   description: "Get weather for a location",
 *   args: z.object({ location: z.string() }),
 *   handler: internal.tools.weather.getWeather,
 * });
 */
export function createActionTool<INPUT, HANDLER extends ActionReference>(definition: {
  description: string;
  /** A zod 4 object schema of the handler's arguments. */
  args: z.ZodType<INPUT>;
  handler: HANDLER & Accepts<HANDLER, INPUT>;
  retry?: ToolRetry;
}): DurableTool<INPUT, FunctionReturnType<HANDLER>> {
  const { description, args, handler, retry = true } = definition;
  return checked({ kind: "sync", description, inputSchema: args, handler, retry });
}

/**
 * A tool whose result comes later: its callback, an action, is told of the call and returns at once; whoever has
 * the answer, a person or another system, gives it through `addToolResult` or `addToolError`.
 *
 * @throws invalid_tool_schema, invalid_tool_handler, invalid_limits
 */
export function createAsyncTool<INPUT, CALLBACK extends ActionReference>(definition: {
  description: string;
  /** A zod 4 object schema of the tool's arguments. */
  args: z.ZodType<INPUT>;
  callback: CALLBACK & Accepts<CALLBACK, AsyncToolCallbackArgs<INPUT>>;
  retry?: ToolRetry;
}): DurableTool<INPUT, unknown> {
  const { description, args, callback, retry = true } = definition;
  return checked({ kind: "async", description, inputSchema: args, handler: callback, retry });
}

function checked<INPUT, OUTPUT>(tool: DurableTool<INPUT, OUTPUT>): DurableTool<INPUT, OUTPUT> {
  if (!isFunctionReference(tool.handler))
    throw definitionError(
      "invalid_tool_handler",
      `The ${tool.kind === "sync" ? "handler" : "callback"} must be a reference such as internal.tools.weather.getWeather.`,
    );
  const schema = jsonSchemaOf(tool.inputSchema);
  if (schema?.type !== "object")
    throw definitionError(
      "invalid_tool_schema",
      `args must be a zod 4 object schema that JSON Schema can express, such as z.object({ location: z.string() }).`,
    );
  const { maxAttempts = 1 } = typeof tool.retry === "boolean" ? {} : tool.retry;
  if (!isPositiveInteger(maxAttempts))
    throw definitionError(
      "invalid_limits",
      `retry.maxAttempts must be a positive whole number, not ${maxAttempts}.`,
    );
  return tool;
}

function jsonSchemaOf(schema: z.ZodType): { type?: unknown } | null {
  try {
    return "_zod" in schema ? (asSchema(schema).jsonSchema as { type?: unknown }) : null;
  } catch {
    return null;
  }
}

/** What `streamHandlerAction` takes as tools: ours, and those that the provider runs itself. */
export type AgentTools = Record<string, DurableTool | Tool>;

export const isDurableTool = (tool: DurableTool | Tool): tool is DurableTool => "kind" in tool;

/**
 * The tools as the AI SDK's model call sees them: without anything to execute.
 *
 * @throws unsupported_tool
 */
export function toToolSet(tools: AgentTools): ToolSet {
  return Object.fromEntries(
    Object.entries(tools).map(([name, tool]): [string, Tool] => {
      if (isDurableTool(tool))
        return [name, { description: tool.description, inputSchema: tool.inputSchema }];
      if (tool.type === "provider") return [name, tool];
      throw definitionError(
        "unsupported_tool",
        `Tool "${name}" would run inside the stream handler, where a crash loses it. Make it durable with createActionTool or createAsyncTool.`,
      );
    }),
  );
}

/** The policy that a call of this tool is created with. */
export function toolPolicy({ kind, retry }: DurableTool): ToolCallPolicy {
  if (retry === false) return { ...DEFAULT_TOOL_POLICY, kind, maxAttempts: 1 };
  const { maxAttempts = DEFAULT_TOOL_POLICY.maxAttempts, onCrash = false } = retry === true ? {} : retry;
  return { kind, maxAttempts, retryOnCrash: onCrash };
}
