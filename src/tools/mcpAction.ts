import { internalActionGeneric } from "convex/server";
import { ConvexError, getConvexSize, v, type Value } from "convex/values";
import { messageOf } from "../../component/lib/errorText.js";
import { MAX_CONTENT_BYTES } from "../../component/lib/limits.js";
import { decodeValue } from "../../component/lib/storable.js";
import type { ActionCtx } from "../types.js";
import { withMcpClient, type McpClient } from "./mcpClient.js";
import { errorText, errorTextOf, isErrorResult, toMcpResult, type McpToolResult } from "./mcpResult.js";
import { vToolCallIdentity, type ToolCallIdentity } from "./runningCall.js";
import { checkTimeLimit } from "./toolNumbers.js";

/** What the action of {@link mcpToolAction} receives: which of the server's tools to call, with what, and for which call. */
export interface McpToolActionArgs {
  /** The server's own name of the tool. */
  name: string;
  /** The model's arguments, as `encodeValue` encodes them where Convex does not take them. */
  args?: unknown;
  toolCall: ToolCallIdentity;
  /** Whether a result that is too large for a document is stored as a file. */
  storeLargeResults?: boolean;
}

/** How long a call may take by default, in milliseconds: with connecting. */
const CALL_MS = 60_000;

/** What an action can return is 16 MiB; what is left is for the encoding. */
const MAX_RETURNED_BYTES = 12 * 1024 * 1024;

/**
 * Creates the action that calls the tools of an MCP server: it connects, calls one tool, and closes the client. Export it, and
 * pass its reference to `createMcpTools`. It runs in Convex's own runtime.
 *
 * A result with `isError`, an error that the server answers with, and a `ConvexError` of `connect` are deliberate answers: the model
 * reads them, and the call is not tried again. Any other error is one, such as a dropped connection.
 *
 * @param connect - returns a client. It receives the action's context and the tool call's identity, whose `owner` and `sender` say
 * whose credentials to use.
 * @param options.timeoutMs - the time limit of a call, connecting included, in milliseconds, at most half an hour. Default: 60,000.
 * @throws invalid_limits
 * @example
 * export const callDocs = mcpToolAction(() =>
 *   createMCPClient({ transport: { type: "http", url: "https://docs.example.com/mcp" } }),
 * );
 */
export function mcpToolAction(
  connect: (ctx: ActionCtx, toolCall: ToolCallIdentity) => McpClient | Promise<McpClient>,
  { timeoutMs = CALL_MS }: { timeoutMs?: number } = {},
) {
  checkTimeLimit("timeoutMs", timeoutMs);
  return internalActionGeneric({
    args: {
      name: v.string(),
      args: v.any(),
      toolCall: vToolCallIdentity,
      storeLargeResults: v.optional(v.boolean()),
    },
    handler: async (ctx: ActionCtx, call: McpToolActionArgs): Promise<McpToolResult> => {
      const result = await withMcpClient(
        () => connect(ctx, call.toolCall),
        timeoutMs,
        (client) => callTool(client, call),
      );
      if (isErrorResult(result)) throw new ConvexError(errorTextOf(result));
      return returnable(result, call);
    },
  });
}

async function callTool(client: McpClient, { name, args, toolCall }: McpToolActionArgs): Promise<unknown> {
  // What else the definition says is not needed for a call, and would have to be listed again.
  const tools = client.toolsFromDefinitions({ tools: [{ name, inputSchema: { type: "object" } }] });
  const { toolCallId } = toolCall;
  try {
    const input = decodeValue(args) as Record<string, unknown>;
    return await tools[name]!.execute(input, { toolCallId, messages: [], context: {} });
  } catch (error) {
    throw isServersAnswer(error) ? new ConvexError(errorText(messageOf(error))) : error;
  }
}

/** Whether the server answered with an error of JSON-RPC. Such codes are negative, unlike those of a `DOMException`. */
function isServersAnswer(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return typeof code === "number" && code < 0;
}

function returnable(result: unknown, { args, storeLargeResults }: McpToolActionArgs): McpToolResult {
  const maxBytes = storeLargeResults ? MAX_RETURNED_BYTES : MAX_CONTENT_BYTES - getConvexSize(args as Value);
  const returned = toMcpResult(result, maxBytes);
  if (getConvexSize(returned as unknown as Value) > MAX_RETURNED_BYTES)
    throw new ConvexError("The tool ran, but its result is larger than an action can return.");
  return returned;
}
