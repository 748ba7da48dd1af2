import { expect, test, vi } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sentOutcomes } from "../support/inspect.js";
import { tool } from "../support/mcpServer.js";
import { api } from "./app/convex/_generated/api.js";
import { setupApp } from "./setupApp.js";

/** What is sent to the servers: which tool is called, with what, and with which token. */
const sent: unknown[] = [];

/** Two MCP servers behind the real transport. */
async function serve(url: string, init: RequestInit = {}): Promise<Response> {
  if (init.method !== "POST") return new Response(null, { status: 405 });
  const { id, method, params } = JSON.parse(init.body as string) as {
    id?: number;
    method: string;
    params?: object;
  };
  if (id === undefined) return new Response(null, { status: 202 });
  const tools = url.includes("mail") ? [tool("find"), tool("purge")] : [tool("search")];
  const results: Record<string, () => object> = {
    initialize: () => ({
      protocolVersion: "2025-06-18",
      capabilities: { tools: {} },
      serverInfo: { name: "docs", version: "1" },
    }),
    "tools/list": () => ({ tools }),
    "tools/call": () => {
      sent.push({ ...params, token: new Headers(init.headers).get("authorization") });
      return { content: [{ type: "text", text: "Found." }] };
    },
  };
  const result = results[method]?.();
  return Response.json({
    jsonrpc: "2.0",
    id,
    ...(result ? { result } : { error: { code: -32601, message: "?" } }),
  });
}

function setupServers() {
  sent.length = 0;
  const app = setupApp();
  vi.stubGlobal("fetch", vi.fn(serve));
  vi.spyOn(console, "warn").mockImplementation(() => {});
  return app;
}

const asks = (name: string) =>
  setScript([
    [...calls(name, { key: "a" }, "1"), ...ends("tool-calls")],
    [...says("Done."), ...ends()],
  ]);

test("the model calls a tool of a server over http", async () => {
  const { mutation, settle } = setupServers();
  asks("docs_search");
  expect(await settle(await mutation(api.mcp.createThread, { prompt: "Go" }))).toMatchObject({
    status: "completed",
  });
  expect(sent).toEqual([{ name: "search", arguments: { key: "a" }, token: null }]);
  expect(sentOutcomes(modelCalls[1]!.prompt)).toEqual([["1", { type: "text", value: "Found." }]]);
});

test("each user's calls carry the user's own token, and a user without one gets an error that says so", async () => {
  const { t, settle } = setupServers();
  await t.run(({ db }) =>
    db.insert("mailAccounts" as never, { owner: "ann", token: "ann's token" } as never),
  );
  asks("mail_find");
  const begin = (subject: string) =>
    t.withIdentity({ subject }).mutation(api.mail.createThread, { prompt: "Go" });
  await settle(await begin("ann"));
  expect(modelCalls[0]!.tools!.map(({ name }) => name)).toEqual(["mail_find"]);
  expect(sent).toEqual([{ name: "find", arguments: { key: "a" }, token: "Bearer ann's token" }]);
  expect(await settle(await begin("bob"))).toMatchObject({
    status: "failed",
    error: { code: "not_connected", message: "Connect your mail first." },
  });
});
