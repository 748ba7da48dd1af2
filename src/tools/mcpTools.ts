import type { FunctionReference } from "convex/server";
import { agentError } from "../errors.js";
import { isFunctionReference, type ActionReference } from "./functionReference.js";
import type { McpToolActionArgs } from "./mcpAction.js";
import type { McpClient, McpToolDefinitions } from "./mcpClient.js";
import { listTools, usableTools, type McpTool } from "./mcpDefinitions.js";
import { toMcpModelOutput, type McpToolResult } from "./mcpResult.js";
import { checkNumbers, checkTimeLimit } from "./toolNumbers.js";
import type { DurableTool, ToolRetry } from "./tools.js";

/** How long listing the tools may take by default, in milliseconds: with connecting. */
const LIST_MS = 30_000;

/** A prefix leaves most of a name to the server, and no server chooses the beginning of a tool's name. */
const PREFIX = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;

/** The options of `createMcpTools`, which are those of all tools of the server. */
export interface McpToolsOptions extends Pick<
  DurableTool,
  "timeoutMs" | "approvalTimeoutMs" | "storeLargeResults" | "keepInForks" | "ownAction"
> {
  /** The action of `mcpToolAction`, such as `internal.docs.callDocs`. */
  handler: FunctionReference<"action", "internal" | "public", McpToolActionArgs & Record<string, unknown>>;
  /**
   * What the names of the tools begin with: 1 to 32 letters, digits, `_` and `-`, a letter first. With it no tool of the server can
   * take the name of another one of the agent: name none of your own like that.
   */
  prefix: string;
  /** The server's own names of the tools to take. Default: all, up to the first 128. */
  include?: string[];
  /**
   * Whether a person has to approve a call before it runs: of all tools, of those for whose own names a function returns true, or
   * as an action decides, which receives `{ name, args, caller: { owner, sender } }`. What the server says of its tools changes
   * nothing. Default: false.
   */
  needsApproval?: boolean | ActionReference | ((name: string) => boolean);
  /** Default: false, since nobody knows whether a call may run twice. */
  retry?: ToolRetry;
  /** The time limit of listing the tools, connecting included, in milliseconds, at most half an hour. Default: 30,000. */
  listTimeoutMs?: number;
}

/**
 * Makes the tools of an MCP server durable: each call is one of the server's own tools, made by the action of `mcpToolAction`
 * after its step is committed. Call it in a function that returns the options of a stream handler.
 *
 * Nothing that the server says is trusted. Tools that cannot be used are left out, with a line in the log: those with a name of
 * characters other than letters, digits, `_`, `-`, `.` and `/` (these two become `_`), or of more than 64 with the prefix, with a
 * schema of more than 32 KiB or 32 levels, and those beyond the first 128. Descriptions are cut at 4,096 characters.
 *
 * @param source - returns a client of the server, which is closed when its tools are listed; or what `listTools()` of a client has
 * returned, to list them less often than at each step.
 * @throws invalid_tool_handler, invalid_tool_prefix, invalid_tool_definitions, invalid_limits; and an error if the server cannot be
 * reached: the step is tried again, and then fails with options_failed
 * @example
 * tools: {
 *   ...(await createMcpTools(connect, { handler: internal.docs.callDocs, prefix: "docs_" })),
 *   get_weather,
 * }
 */
export async function createMcpTools(
  source: (() => McpClient | Promise<McpClient>) | McpToolDefinitions,
  options: McpToolsOptions,
): Promise<Record<string, DurableTool<Record<string, unknown>, McpToolResult>>> {
  const { handler, prefix, include, listTimeoutMs = LIST_MS } = options;
  if (!isFunctionReference(handler))
    throw agentError(
      "invalid_tool_handler",
      "The handler must be a reference to the action of mcpToolAction, such as internal.docs.callDocs.",
    );
  if (typeof prefix !== "string" || !PREFIX.test(prefix))
    throw agentError(
      "invalid_tool_prefix",
      "The prefix must be 1 to 32 letters, digits, _ and -, a letter first, such as docs_.",
    );
  checkTimeLimit("listTimeoutMs", listTimeoutMs);
  checkNumbers(options);
  const listed = typeof source === "function" ? await listTools(source, listTimeoutMs) : toolsOf(source);
  const tools = usableTools(listed, { prefix, include });
  return Object.fromEntries(tools.map((tool) => [tool.toolName, toDurable(tool, options)]));
}

function toolsOf(source: McpToolDefinitions): unknown[] {
  const { tools } = Object(source) as { tools?: unknown };
  if (Array.isArray(tools)) return tools;
  throw agentError(
    "invalid_tool_definitions",
    "The tools must come from a function that returns an MCP client, or be { tools: [...] } as its listTools() returns them.",
  );
}

function toDurable(
  { name, description, inputSchema }: McpTool,
  options: McpToolsOptions,
): DurableTool<Record<string, unknown>, McpToolResult> {
  const { prefix: _prefix, include: _include, listTimeoutMs: _listed, ...ofTools } = options;
  const { needsApproval, retry = false } = options;
  return {
    ...ofTools,
    kind: "sync",
    description,
    inputSchema,
    nameForHandler: name,
    identity: true,
    retry,
    needsApproval: typeof needsApproval === "function" ? needsApproval(name) !== false : needsApproval,
    toModelOutput: toMcpModelOutput,
  };
}
