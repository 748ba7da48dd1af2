/** A tool as an MCP server describes it. Nothing of it is trusted. */
export interface McpToolDefinition {
  name: string;
  description?: string | undefined;
  /** A JSON schema of the arguments. */
  inputSchema: { [keyword: string]: unknown };
}

/** The tools of an MCP server, as `listTools()` of its client returns them. */
export interface McpToolDefinitions {
  tools: McpToolDefinition[];
}

/** What a client calls a tool with, as the AI SDK does. */
interface CallOptions {
  toolCallId: string;
  messages: [];
  context: object;
}

/** A client of an MCP server: that of `createMCPClient` of `@ai-sdk/mcp`, 1.x or 2.x, as far as it is used. */
export interface McpClient {
  listTools(options?: {
    params?: { cursor?: string };
  }): Promise<McpToolDefinitions & { nextCursor?: string | undefined }>;
  toolsFromDefinitions(
    definitions: McpToolDefinitions,
  ): Record<string, { execute(args: Record<string, unknown>, options: CallOptions): unknown }>;
  close(): Promise<void>;
}

/** How long closing a client may take, in milliseconds. */
const CLOSE_MS = 2_000;

/**
 * Connects to an MCP server, does something with it, and closes the client again, whatever happens.
 *
 * @param timeoutMs - the time limit of connecting and of what is done, in milliseconds. Closing the client ends what still runs.
 */
export async function withMcpClient<RESULT>(
  connect: () => McpClient | Promise<McpClient>,
  timeoutMs: number,
  use: (client: McpClient) => Promise<RESULT>,
): Promise<RESULT> {
  let isLate = false;
  const late = (): never => {
    isLate = true;
    throw new Error(`The MCP server timed out after ${timeoutMs} ms.`);
  };
  const connecting = Promise.resolve().then(connect);
  try {
    return await within(
      timeoutMs,
      connecting.then((client) => (isLate ? late() : use(client))),
      late,
    );
  } finally {
    const closing = connecting.then((client) => client.close()).catch(() => {});
    await within(CLOSE_MS, closing, () => {});
  }
}

/** Waits for a time at most, in milliseconds; then `late` says what comes of it. */
async function within<RESULT>(ms: number, work: Promise<RESULT>, late: () => RESULT): Promise<RESULT> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    return await Promise.race([work, over.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
