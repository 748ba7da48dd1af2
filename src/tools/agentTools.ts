import { asSchema, type Tool, type ToolSet } from "ai";
import type { Caller, RequestedToolCall } from "../../component/validators/thread.js";
import { TOOL_BACKOFF, type Backoff } from "../../machines/retry.js";
import { DEFAULT_TOOL_POLICY } from "../../machines/toolCall/context.js";
import { agentError } from "../errors.js";
import { isBoundedSchema, MAX_SCHEMA_LENGTH } from "./argsSchema.js";
import { resolveAction } from "./functionReference.js";
import type { DurableTool, ToolBackoff } from "./tools.js";

/**
 * The tools of an agent by their names: those of `createActionTool`, `createAsyncTool` and `createMcpTools`, and those that the
 * provider runs itself.
 */
export type AgentTools = Record<string, DurableTool | Tool>;

/** Whether one of this package's functions made this tool. */
export const isDurableTool = (tool: DurableTool | Tool): tool is DurableTool => "kind" in tool;

/**
 * Returns the tools as the AI SDK's model call takes them: without anything to execute.
 *
 * @throws unsupported_tool
 */
export function toToolSet(tools: AgentTools): ToolSet {
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, toTool(name, tool)]));
}

function toTool(name: string, tool: DurableTool | Tool): Tool {
  if (isDurableTool(tool)) {
    const { description, inputSchema, toModelOutput } = tool;
    return { description, inputSchema, toModelOutput: toModelOutput as Tool["toModelOutput"] };
  }
  if (tool.type === "provider") return tool;
  throw agentError(
    "unsupported_tool",
    `Tool "${name}" would run inside the stream handler, where a crash loses it. Make it durable with createActionTool or createAsyncTool, whose action may call the tool's own execute function; for the tools of an MCP client use createMcpTools.`,
  );
}

/**
 * Returns how to run a call of this tool, or why it cannot run: one of the tool's functions does not exist.
 *
 * @param needsApproval - whether a person has to approve this call.
 * @param caller - for whom it runs.
 */
export async function toRun(
  tool: DurableTool,
  needsApproval: boolean,
  caller: Caller,
): Promise<RequestedToolCall["run"]> {
  const {
    kind,
    retry = true,
    timeoutMs = null,
    approvalTimeoutMs = null,
    nameForHandler,
    identity,
    storeLargeResults,
    keepInForks,
    ownAction,
  } = tool;
  const policy = typeof retry === "object" ? retry : {};
  const { onCrash: retryOnCrash = false, shouldRetryError, backoff } = policy;
  const maxAttempts = retry === false ? 1 : (policy.maxAttempts ?? DEFAULT_TOOL_POLICY.maxAttempts);
  const handler =
    tool.handler && (await resolveAction(tool.handler, kind === "sync" ? "handler" : "callback"));
  if (handler && "rejected" in handler) return handler;
  const classifier = shouldRetryError && (await resolveAction(shouldRetryError, "shouldRetryError action"));
  if (classifier && "rejected" in classifier) return classifier;
  return {
    options: {
      handler: handler?.handle,
      nameForHandler,
      identity: identity || undefined,
      caller: identity ? caller : undefined,
      storeLargeResults,
      keepInForks,
      ownAction: ownAction || undefined,
      argsSchema: needsApproval ? await editedArgsSchema(tool) : undefined,
      backoff: backoff && toBackoff(backoff),
      classify: classifier?.handle,
    },
    policy: { kind, maxAttempts, retryOnCrash, needsApproval, timeoutMs, approvalTimeoutMs },
  };
}

/**
 * The JSON schema of a tool's arguments, as JSON, to check arguments by that a person edited. Undefined: they are checked by
 * the handler alone.
 */
async function editedArgsSchema({ inputSchema }: DurableTool): Promise<string | undefined> {
  const schema = JSON.stringify(await asSchema(inputSchema).jsonSchema);
  // A zod schema is the app's own.
  const isKept = schema.length <= MAX_SCHEMA_LENGTH && ("_zod" in inputSchema || isBoundedSchema(schema));
  return isKept ? schema : undefined;
}

function toBackoff(backoff: ToolBackoff): Backoff {
  const { jitter = true } = backoff;
  if (backoff.strategy !== "exponential")
    return { initialMs: backoff.delayMs, factor: 1, maxMs: backoff.delayMs, jitter };
  const { initialDelayMs, multiplier = TOOL_BACKOFF.factor, maxDelayMs = TOOL_BACKOFF.maxMs } = backoff;
  return { initialMs: initialDelayMs, factor: multiplier, maxMs: maxDelayMs, jitter };
}
