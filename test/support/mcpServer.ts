import { createMCPClient, type MCPTransport } from "@ai-sdk/mcp";

type Message = Parameters<MCPTransport["send"]>[0];

/** What a server answers a call with: a result, or an error of JSON-RPC that is thrown. */
type Answer = (call: { name: string; args: Record<string, unknown>; user: string | null }) => unknown;

export const text = (value: string) => ({ content: [{ type: "text", text: value }] });

/** An error that the server answers with. */
export const rpcError = (code: number, message: string) => Object.assign(new Error(message), { code });

/** A promise of a server that hangs. */
export const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** A tool that takes a `key`. */
export const tool = (name: unknown, more: object = {}) => ({
  name,
  description: `Does ${String(name)}`,
  inputSchema: { type: "object", properties: { key: { type: "string" } }, required: ["key"] },
  ...more,
});

/** An MCP server in this process, with the real client: what it lists, what it answers, and what happens to it. */
export class McpServer {
  /** The pages of its list. A function may fail, or hang. */
  pages: (page: number) => unknown = () => ({ tools: this.tools });
  tools: unknown[] = [tool("search")];
  answer: Answer = ({ args }) => text(`Found ${String(args.key)}.`);
  /** What happens before a client is connected. */
  accept: () => unknown = () => {};
  readonly calls: { name: string; args: unknown; user: string | null }[] = [];
  opened = 0;
  closed = 0;
  listed = 0;

  /** Connects the AI SDK's own client. */
  connect = async (user: string | null = null) => createMCPClient({ transport: this.#transport(user) });

  #transport(user: string | null): MCPTransport {
    const transport: MCPTransport = {
      start: async () => {
        this.opened += 1;
        await this.accept();
      },
      send: async (message) => {
        if (!("id" in message) || !("method" in message)) return;
        const { id } = message;
        const reply = await this.#reply(message, user).then(
          (result) => ({ jsonrpc: "2.0", id, result }),
          (error: { code?: number; message: string }) => {
            if (error.code === undefined) throw error;
            return { jsonrpc: "2.0", id, error: { code: error.code, message: error.message } };
          },
        );
        transport.onmessage?.(reply as Message);
      },
      close: async () => {
        this.closed += 1;
        transport.onclose?.();
      },
    };
    return transport;
  }

  async #reply(message: Message, user: string | null): Promise<unknown> {
    const { method, params = {} } = message as { method: string; params?: Record<string, unknown> };
    if (method === "initialize") {
      const { protocolVersion } = params;
      return { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "test", version: "1" } };
    }
    if (method === "tools/list") return this.pages((this.listed += 1));
    const { name, arguments: args } = params as { name: string; arguments: Record<string, unknown> };
    this.calls.push({ name, args, user });
    return this.answer({ name, args, user });
  }
}
