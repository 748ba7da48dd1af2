import { asSchema, type Schema, type Tool } from "ai";
import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import type { z } from "zod";
import { agentError } from "../errors.js";
import { isFunctionReference, type ActionReference } from "./functionReference.js";
import type { ToolCallIdentity } from "./runningCall.js";
import { checkNumbers } from "./toolNumbers.js";

/**
 * The waits between a tool's attempts, in milliseconds.
 *
 * @example
 * { strategy: "exponential", initialDelayMs: 1_000, maxDelayMs: 60_000 }
 */
export type ToolBackoff =
  | {
      strategy?: "fixed";
      /** Each wait, in milliseconds. */
      delayMs: number;
      /** Spread the waits at random over the upper half of their range. Default: true. */
      jitter?: boolean;
    }
  | {
      strategy: "exponential";
      /** The first wait, in milliseconds. */
      initialDelayMs: number;
      /** What each further wait is multiplied by. Default: 2. */
      multiplier?: number;
      /** The longest wait, in milliseconds. Default: 30,000. */
      maxDelayMs?: number;
      /** Spread the waits at random over the upper half of their range. Default: true. */
      jitter?: boolean;
    };

/**
 * Whether and how a tool's handler runs again after it threw. True: three attempts with backoff. False: one attempt.
 * A `ConvexError` is the handler's deliberate answer and is never retried.
 */
export type ToolRetry =
  | boolean
  | {
      /** Attempts in all. Default: 3. */
      maxAttempts?: number;
      /** The waits between attempts. Default: exponential from 500 ms to 30 s. */
      backoff?: ToolBackoff;
      /**
       * An action that decides whether an error is worth another attempt. It receives
       * `{ threadId, toolCallId, toolName, args, error, attempt, maxAttempts }`, with `identity: true` also `owner` and `sender`, and
       * returns a boolean.
       * Default: every error but a `ConvexError` is.
       */
      shouldRetryError?: ActionReference;
      /**
       * Run the handler again after its executor died or overran its time, although it may have had its effect. For handlers
       * that can run twice. Default: false.
       */
      onCrash?: boolean;
    };

/** The options of both kinds of tool. */
interface ToolOptions<INPUT, OUTPUT> {
  /** What the tool does, for the model. */
  description: string;
  /** A zod 4 object schema of the tool's arguments. */
  args: z.ZodType<INPUT>;
  /** Default: true, three attempts with backoff. */
  retry?: ToolRetry;
  /**
   * The time limit, in milliseconds. For an action tool: of one run of its handler. For an async tool: of the wait for the
   * call's outcome, which `moveToolCallDeadline` moves. Default: no limit.
   */
  timeoutMs?: number;
  /**
   * Whether a person has to approve a call before it runs, or an action that decides from the arguments; with `identity: true` it
   * receives a further one, `caller: { owner, sender }`. Default: false.
   */
  needsApproval?: boolean | ActionReference;
  /** The time limit of an approval, in milliseconds, after which the call counts as denied. Default: no limit. */
  approvalTimeoutMs?: number;
  /**
   * Run each call in an action of its own, never together with its step or other calls: for handlers that take minutes, or much memory.
   * Default: false.
   */
  ownAction?: boolean;
  /** Store a result of over 256 KiB as a file; the outcome is then `{ url, bytes }`. Default: false. */
  storeLargeResults?: boolean;
  /**
   * Copy the outcome into forks of the thread. Without it the model reads in a fork that it may call the tool again; no fork
   * runs a tool by itself. Default: true.
   */
  keepInForks?: boolean;
  /** What the model receives as the result, in the AI SDK's form. Default: the result as JSON. */
  toModelOutput?: Tool<INPUT, OUTPUT>["toModelOutput"];
}

/**
 * A tool that runs as a Convex action, after the step that calls it is committed. `createActionTool`,
 * `createAsyncTool` and `createMcpTools` make it.
 */
export interface DurableTool<INPUT = unknown, OUTPUT = unknown> extends Omit<
  ToolOptions<INPUT, OUTPUT>,
  "args" | "toModelOutput"
> {
  kind: "sync" | "async" | "external";
  inputSchema: z.ZodType<INPUT> | Schema<INPUT>;
  /** Undefined for an async tool without a callback. */
  handler: ActionReference | undefined;
  /**
   * By which name the handler knows the tool, if it serves several tools: it receives `{ name, args }` in place of the arguments,
   * and so does an action that decides about approvals.
   */
  nameForHandler?: string;
  /** Whether the handler receives which call it runs for. */
  identity: boolean;
  // The AI SDK's own type is a function property, which would make tools of different inputs incompatible.
  toModelOutput?: unknown;
  /** Never set: carries the result's type. */
  _output?: OUTPUT;
}

/** The arguments of an async tool's callback: which call needs an answer, and the model's arguments. */
export interface AsyncToolCallbackArgs<INPUT = unknown> {
  threadId: string;
  toolCallId: string;
  toolName: string;
  args: INPUT;
}

/** Rejects, at compile time, an action that does not take what the schema gives. */
type Accepts<HANDLER extends ActionReference, ARGS> =
  ARGS extends FunctionArgs<HANDLER> ? unknown : FunctionReference<"action", "internal" | "public", never>;

/**
 * Creates a tool whose handler, an action, receives the model's arguments and returns the result.
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
    /** Pass the handler a further argument `toolCall`, a {@link ToolCallIdentity}. Default: false. */
    identity?: IDENTITY;
  },
): DurableTool<INPUT, FunctionReturnType<HANDLER>> {
  const { args, retry = true, identity = false, ...options } = definition;
  return checked({ ...options, kind: "sync", inputSchema: args, retry, identity });
}

/**
 * Creates a tool whose result comes later. Whoever has the answer, a person or another system, passes it to `addToolResult` or
 * `addToolError`. Its callback, an action, receives the call and returns at once; a tool whose calls are answered by a client
 * that shows them needs none.
 *
 * @throws invalid_tool_schema, invalid_tool_handler, invalid_limits
 * @example
 * createAsyncTool({
 *   description: "Ask the user a question",
 *   args: z.object({ question: z.string() }),
 *   callback: internal.questions.notify,
 *   timeoutMs: 24 * 3_600_000,
 * });
 */
export function createAsyncTool<
  INPUT,
  CALLBACK extends ActionReference,
  const IDENTITY extends boolean = false,
>(
  definition: Omit<ToolOptions<INPUT, unknown>, "storeLargeResults" | "ownAction"> & {
    /** Default: none. Nothing is run for a call then, and `retry` and `identity` mean nothing. */
    callback?: CALLBACK &
      Accepts<
        CALLBACK,
        IDENTITY extends true ? ToolCallIdentity & { args: INPUT } : AsyncToolCallbackArgs<INPUT>
      >;
    /** Pass the callback `attempt` and `idempotencyKey` as well. Default: false. */
    identity?: IDENTITY;
  },
): DurableTool<INPUT, unknown> {
  const { args, callback, retry = true, identity = false, ...options } = definition;
  const kind = callback === undefined ? "external" : "async";
  return checked({ ...options, kind, inputSchema: args, handler: callback, retry, identity });
}

function checked<INPUT, OUTPUT>(tool: DurableTool<INPUT, OUTPUT>): DurableTool<INPUT, OUTPUT> {
  if (tool.kind !== "external" && !isFunctionReference(tool.handler))
    throw agentError(
      "invalid_tool_handler",
      `The ${tool.kind === "sync" ? "handler" : "callback"} must be a reference such as internal.tools.weather.getWeather.`,
    );
  const schema = jsonSchemaOf(tool.inputSchema);
  if (schema?.type !== "object")
    throw agentError(
      "invalid_tool_schema",
      `args must be a zod 4 object schema that JSON Schema can express, such as z.object({ location: z.string() }).`,
    );
  checkNumbers(tool);
  return tool;
}

function jsonSchemaOf(schema: DurableTool["inputSchema"]): { type?: unknown } | null {
  try {
    return "_zod" in schema ? (asSchema(schema).jsonSchema as { type?: unknown }) : null;
  } catch {
    return null;
  }
}
