import { asSchema, type Tool } from "ai";
import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import type { z } from "zod";
import { definitionError, isPositiveInteger } from "../errors.js";
import { isFunctionReference, type ActionReference } from "./functionReference.js";

/** The waits between a tool's attempts. Times are in milliseconds; `jitter` spreads them at random, true unless told. */
export type ToolBackoff =
  | { strategy?: "fixed"; delayMs: number; jitter?: boolean }
  | {
      strategy: "exponential";
      initialDelayMs: number;
      /** 2 unless told. */
      multiplier?: number;
      /** 30,000 unless told. */
      maxDelayMs?: number;
      jitter?: boolean;
    };

/**
 * How often a tool's handler may run. `true`, the default: three attempts with backoff when it throws. `false`: once.
 * A `ConvexError` is the handler's deliberate answer and is never retried.
 */
export type ToolRetry =
  | boolean
  | {
      /** Attempts in all; 3 unless told. */
      maxAttempts?: number;
      /** Exponential from half a second unless told. */
      backoff?: ToolBackoff;
      /**
       * An action that says whether an error is worth another attempt. It receives
       * `{ threadId, toolCallId, toolName, args, error, attempt, maxAttempts }` and returns a boolean.
       */
      shouldRetryError?: ActionReference;
      /**
       * Run again when the executor died or overran its time, although the handler may have had its effect. For handlers
       * that can be run twice; false unless told.
       */
      onCrash?: boolean;
    };

/** What both kinds of tool can be told. */
interface ToolOptions<INPUT, OUTPUT> {
  description: string;
  /** A zod 4 object schema of the tool's arguments. */
  args: z.ZodType<INPUT>;
  retry?: ToolRetry;
  /**
   * Sync: how long one run of the handler may take. Async: how long the call may wait for its outcome; it can be moved
   * later with `moveToolCallDeadline`. In milliseconds; any time unless told.
   */
  timeoutMs?: number;
  /** Whether a person has to approve a call before it runs: always, or as an action decides from the arguments. */
  needsApproval?: boolean | ActionReference;
  /** How long an approval may take, in milliseconds; any time unless told. Then the call counts as denied. */
  approvalTimeoutMs?: number;
  /** Keep a result of over 256 KiB as a file; the outcome is then `{ url, bytes }`. False unless told. */
  storeLargeResults?: boolean;
  /**
   * Whether a fork of the thread takes the outcome over; true unless told. It is never run again by itself: without the
   * outcome, the model is told to call the tool again if it needs to.
   */
  keepInForks?: boolean;
  /** What the model is told of a result, in the AI SDK's form; the result as JSON unless told. */
  toModelOutput?: Tool<INPUT, OUTPUT>["toModelOutput"];
}

/** A tool whose handler is a Convex action, run durably once the step that asked for it is committed. */
export interface DurableTool<INPUT = unknown, OUTPUT = unknown> extends Omit<
  ToolOptions<INPUT, OUTPUT>,
  "args" | "toModelOutput"
> {
  kind: "sync" | "async";
  inputSchema: z.ZodType<INPUT>;
  handler: ActionReference;
  /** Whether the handler is told which call it runs for. */
  identity: boolean;
  // The AI SDK's own type is a function property, which would make tools of different inputs incompatible.
  toModelOutput?: unknown;
  /** Never set: carries the result's type. */
  _output?: OUTPUT;
}

/** Which call a handler runs for, and which attempt it is. */
export interface ToolCallIdentity {
  threadId: string;
  toolCallId: string;
  toolName: string;
  /** From 1. */
  attempt: number;
  /** The same for all attempts at the call, and for no other call of any thread. */
  idempotencyKey: string;
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
export function createActionTool<
  INPUT,
  HANDLER extends ActionReference,
  const IDENTITY extends boolean = false,
>(
  definition: ToolOptions<INPUT, FunctionReturnType<HANDLER>> & {
    handler: HANDLER &
      Accepts<HANDLER, IDENTITY extends true ? INPUT & { toolCall: ToolCallIdentity } : INPUT>;
    /** Give the handler a further argument `toolCall`, a {@link ToolCallIdentity}. False unless told. */
    identity?: IDENTITY;
  },
): DurableTool<INPUT, FunctionReturnType<HANDLER>> {
  const { args, retry = true, identity = false, ...options } = definition;
  return checked({ ...options, kind: "sync", inputSchema: args, retry, identity });
}

/**
 * A tool whose result comes later: its callback, an action, is told of the call and returns at once; whoever has
 * the answer, a person or another system, gives it through `addToolResult` or `addToolError`.
 *
 * @throws invalid_tool_schema, invalid_tool_handler, invalid_limits
 */
export function createAsyncTool<
  INPUT,
  CALLBACK extends ActionReference,
  const IDENTITY extends boolean = false,
>(
  definition: Omit<ToolOptions<INPUT, unknown>, "storeLargeResults"> & {
    callback: CALLBACK &
      Accepts<
        CALLBACK,
        IDENTITY extends true ? ToolCallIdentity & { args: INPUT } : AsyncToolCallbackArgs<INPUT>
      >;
    /** Give the callback `attempt` and `idempotencyKey` as well. False unless told. */
    identity?: IDENTITY;
  },
): DurableTool<INPUT, unknown> {
  const { args, callback, retry = true, identity = false, ...options } = definition;
  return checked({ ...options, kind: "async", inputSchema: args, handler: callback, retry, identity });
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
  for (const [name, value] of Object.entries(numbersOf(tool)))
    if (!isPositiveInteger(value))
      throw definitionError("invalid_limits", `${name} must be a positive whole number, not ${value}.`);
  return tool;
}

function numbersOf({ retry, timeoutMs = 1, approvalTimeoutMs = 1 }: ToolNumbers) {
  const { maxAttempts = 1 } = typeof retry === "object" ? retry : {};
  return { "retry.maxAttempts": maxAttempts, timeoutMs, approvalTimeoutMs };
}

type ToolNumbers = Pick<DurableTool, "retry" | "timeoutMs" | "approvalTimeoutMs">;

function jsonSchemaOf(schema: z.ZodType): { type?: unknown } | null {
  try {
    return "_zod" in schema ? (asSchema(schema).jsonSchema as { type?: unknown }) : null;
  } catch {
    return null;
  }
}
