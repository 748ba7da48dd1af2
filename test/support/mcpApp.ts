import { anyApi, type ApiFromModules } from "convex/server";
import { createMcpTools, type McpToolsOptions } from "convex-durable-agents";
import { beforeEach, expect, vi } from "vitest";
import { defaultOptions, overrides } from "./app/agent.js";
import * as mcpModule from "./app/mcp.js";
import { calls, ends, modelCalls, says, setScript, type ModelStep } from "./app/model.js";
import type { CrashPlan } from "./crash.js";
import { api, setup, type App } from "./harness.js";
import { sentOutcomes } from "./inspect.js";
import { McpServer } from "./mcpServer.js";

export const handler = (anyApi as unknown as ApiFromModules<{ mcp: typeof mcpModule }>).mcp.callTool;

export let server: McpServer;

/** Has each test of a file begin with a new server, and keeps the lines of the log. */
export function beginWithServer(): void {
  beforeEach(() => {
    server = new McpServer();
    vi.spyOn(console, "warn").mockImplementation(() => {});
  });
}

/** The lines that were logged about tools. */
export const logged = () => vi.mocked(console.warn).mock.calls.map(([line]) => line as string);

/** An app whose agent has the tools of the server. */
export function setupMcp(options: Partial<McpToolsOptions> = {}, { crash }: { crash?: CrashPlan } = {}): App {
  mcpModule.mcp.connect = ({ owner }) => server.connect(owner);
  overrides.options = async (_ctx, _threadId, { owner }) => ({
    ...defaultOptions,
    tools: await createMcpTools(() => server.connect(owner), { handler, prefix: "docs_", ...options }),
  });
  const modules = { "./app/mcp.ts": () => Promise.resolve(mcpModule) };
  return setup(crash ? { crash, modules } : { modules });
}

/** Lets the model make these calls and say that it is done. */
export const makes = (...made: ModelStep[]) =>
  setScript((prompt) =>
    prompt.at(-1)!.role === "tool"
      ? [...says("Done."), ...ends()]
      : [...made.flat(), ...ends(made.length > 0 ? "tool-calls" : "stop")],
  );

/** A call of the server's first tool. */
export const searches = (args: unknown = { key: "a" }) => calls("docs_search", args, "1");

/** Runs a turn, and gives back what the model was sent of its calls. */
export async function run(app: App, ...made: ModelStep[]) {
  makes(...made);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const thread = await app.settle(threadId);
  return { threadId, thread, outcomes: sentOutcomes(modelCalls.at(-1)?.prompt ?? []) };
}

/** Every client was closed again. */
export const expectClosed = () => expect(server.closed).toBe(server.opened);
