import type { Tool, ToolSet } from "ai";
import type { RequestedToolCall } from "../../component/validators/thread.js";
import { TOOL_BACKOFF, type Backoff } from "../../machines/retry.js";
import { DEFAULT_TOOL_POLICY } from "../../machines/toolCall/context.js";
import { definitionError } from "../errors.js";
import { resolveAction } from "./functionReference.js";
import type { DurableTool, ToolBackoff } from "./tools.js";

/** What `streamHandlerAction` takes as tools: ours, and those that the provider runs itself. */
export type AgentTools = Record<string, DurableTool | Tool>;

export const isDurableTool = (tool: DurableTool | Tool): tool is DurableTool => "kind" in tool;

/**
 * The tools as the AI SDK's model call sees them: without anything to execute.
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
  throw definitionError(
    "unsupported_tool",
    `Tool "${name}" would run inside the stream handler, where a crash loses it. Make it durable with createActionTool or createAsyncTool; the action may call an MCP client or the tool's own execute function.`,
  );
}

/**
 * How a call of this tool is to be run, or that it cannot be: a function of the tool's that does not exist is the call's
 * outcome, which names it.
 *
 * @param needsApproval - what the tool's own decision came to.
 */
export async function toRun(tool: DurableTool, needsApproval: boolean): Promise<RequestedToolCall["run"]> {
  const {
    kind,
    retry = true,
    timeoutMs = null,
    approvalTimeoutMs = null,
    identity,
    storeLargeResults,
    keepInForks,
  } = tool;
  const told = typeof retry === "object" ? retry : {};
  const { onCrash: retryOnCrash = false, shouldRetryError, backoff } = told;
  const maxAttempts = retry === false ? 1 : (told.maxAttempts ?? DEFAULT_TOOL_POLICY.maxAttempts);
  const handler = await resolveAction(tool.handler, kind === "sync" ? "handler" : "callback");
  if ("rejected" in handler) return handler;
  const classifier = shouldRetryError && (await resolveAction(shouldRetryError, "shouldRetryError action"));
  if (classifier && "rejected" in classifier) return classifier;
  return {
    options: {
      handler: handler.handle,
      identity: identity || undefined,
      storeLargeResults,
      keepInForks,
      backoff: backoff && toBackoff(backoff),
      classify: classifier?.handle,
    },
    policy: { kind, maxAttempts, retryOnCrash, needsApproval, timeoutMs, approvalTimeoutMs },
  };
}

function toBackoff(backoff: ToolBackoff): Backoff {
  const { jitter = true } = backoff;
  if (backoff.strategy !== "exponential")
    return { initialMs: backoff.delayMs, factor: 1, maxMs: backoff.delayMs, jitter };
  const { initialDelayMs, multiplier = TOOL_BACKOFF.factor, maxDelayMs = TOOL_BACKOFF.maxMs } = backoff;
  return { initialMs: initialDelayMs, factor: multiplier, maxMs: maxDelayMs, jitter };
}
