import { ConvexError } from "convex/values";
import { createMcpTools } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { defaultOptions, overrides } from "../support/app/agent.js";
import * as mcpModule from "../support/app/mcp.js";
import { modelCalls } from "../support/app/model.js";
import type { CrashPlan } from "../support/crash.js";
import {
  beginWithServer,
  expectClosed,
  handler,
  run,
  searches,
  server,
  setupMcp,
} from "../support/mcpApp.js";
import { never, rpcError, text } from "../support/mcpServer.js";

beginWithServer();

const error = (value: unknown) => [["1", { type: "error-text", value }]];

describe("an error", () => {
  test("that is a result of the tool is its answer: the model reads it, and nothing is tried again", async () => {
    server.answer = () => ({ ...text("No such page."), isError: true });
    const { outcomes } = await run(setupMcp({ retry: true }), searches());
    expect(outcomes).toEqual(error("No such page."));
    expect(server.calls).toHaveLength(1);
    expectClosed();
  });

  test("of a tool that says nothing is one, and a long one is cut", async () => {
    server.answer = () => ({ content: [], isError: true });
    expect((await run(setupMcp(), searches())).outcomes).toEqual(
      error("The tool failed without saying why."),
    );
    server.answer = () => ({ ...text("x".repeat(2_000_000)), isError: true });
    expect((await run(setupMcp(), searches())).outcomes).toEqual(error("x".repeat(8_000)));
  });

  test("that the server answers with is its answer, too", async () => {
    server.answer = () => {
      throw rpcError(-32602, "Unknown tool");
    };
    const { outcomes } = await run(setupMcp({ retry: true }), searches());
    expect(outcomes).toEqual(error("Unknown tool"));
    expect(server.calls).toHaveLength(1);
    expectClosed();
  });

  test.each([
    [undefined, 1],
    [true, 3],
  ])("of the connection is tried again with retry %s: %i calls", async (retry, times) => {
    server.answer = () => {
      throw new Error("socket hang up");
    };
    const { outcomes } = await run(setupMcp({ ...(retry && { retry }) }), searches());
    expect(outcomes).toEqual(error("socket hang up"));
    expect(server.calls).toHaveLength(times);
    expectClosed();
  });

  test("that connect throws on purpose is what the model reads", async () => {
    const app = setupMcp({ retry: true });
    mcpModule.mcp.connect = () => Promise.reject(new ConvexError("Connect your account first."));
    const { outcomes } = await run(app, searches());
    expect(outcomes).toEqual(error("Connect your account first."));
  });

  test.each<[string, () => void]>([
    ["a call", () => (server.answer = never)],
    ["connecting", () => (server.accept = () => (server.opened === 2 ? never() : null))],
  ])("is the outcome of %s that hangs, after its time, and the client is closed", async (what, hang) => {
    hang();
    const app = setupMcp();
    const { outcomes, thread } = await run(app, searches());
    expect(thread).toMatchObject({ status: "completed" });
    expect(outcomes).toEqual(error(expect.stringContaining("timed out after 60000 ms")));
    expect(server.calls).toHaveLength(what === "a call" ? 1 : 0);
    if (what === "a call") expectClosed();
  });

  test("of a server that connects after its time comes without a call, and the client is closed", async () => {
    const app = setupMcp();
    mcpModule.mcp.connect = async () => {
      await new Promise((resolve) => setTimeout(resolve, 61_000));
      return server.connect();
    };
    const { outcomes } = await run(app, searches());
    expect(outcomes).toEqual(error(expect.stringContaining("timed out")));
    await app.advance(10_000);
    expect(server.calls).toEqual([]);
    expectClosed();
  });

  test("of closing changes nothing", async () => {
    const app = setupMcp();
    mcpModule.mcp.connect = async () =>
      Object.assign(await server.connect(), { close: () => Promise.reject(new Error("closed already")) });
    const { outcomes } = await run(app, searches());
    expect(outcomes).toMatchObject([["1", { type: "text" }]]);
  });

  test("of closing that hangs holds nothing up for long", async () => {
    const app = setupMcp();
    mcpModule.mcp.connect = async () => Object.assign(await server.connect(), { close: never });
    const { outcomes } = await run(app, searches());
    expect(outcomes).toMatchObject([["1", { type: "text" }]]);
  });
});

describe("a run in doubt is not repeated", () => {
  test("when what runs the action dies after the call", async () => {
    const crash: CrashPlan = { at: 1, when: "after", calls: 0, only: "runAction" };
    const { thread, outcomes } = await run(setupMcp({}, { crash }), searches());
    expect(thread).toMatchObject({ status: "completed" });
    expect(server.calls).toHaveLength(1);
    expect(outcomes).toEqual(error(expect.stringMatching(/may (or may not )?have/)));
  });

  test("when the platform ends the action", async () => {
    server.answer = () => {
      throw new Error("Function execution timed out (maximum duration: 600s)");
    };
    const { outcomes } = await run(setupMcp({ retry: true }), searches());
    expect(server.calls).toHaveLength(1);
    expect(outcomes).toEqual(error(expect.any(String)));
  });
});

describe("a server that cannot be listed", () => {
  test.each<[string, () => void]>([
    ["hangs", () => (server.pages = never)],
    ["cannot be reached", () => (server.accept = () => Promise.reject(new TypeError("fetch failed")))],
    ["drops the connection", () => (server.pages = () => Promise.reject(new TypeError("fetch failed")))],
  ])("because it %s fails the turn after all attempts, and the clients are closed", async (_what, fail) => {
    fail();
    const { thread } = await run(setupMcp());
    expect(thread).toMatchObject({ status: "failed", error: { code: "options_failed" } });
    expect(thread!.error!.message).toContain("The tools of the MCP server could not be listed");
    expect(server.opened).toBe(3);
    expectClosed();
    expect(modelCalls).toHaveLength(0);
  });

  test("once is listed at the next attempt", async () => {
    server.pages = (page) => {
      if (page === 1) throw new TypeError("fetch failed");
      return { tools: server.tools };
    };
    const { thread } = await run(setupMcp());
    expect(thread).toMatchObject({ status: "completed" });
    expectClosed();
  });

  test("because it refuses fails the turn at once", async () => {
    server.pages = () => {
      throw rpcError(-32600, "Not for you");
    };
    const { thread } = await run(setupMcp());
    expect(thread).toMatchObject({ status: "failed", error: { code: "options_failed" } });
    expect(server.opened).toBe(1);
    expectClosed();
  });

  test("because connect refuses keeps the code", async () => {
    const app = setupMcp();
    const connect = () => {
      throw new ConvexError({ code: "not_connected", message: "Connect your account." });
    };
    overrides.options = async () => ({
      ...defaultOptions,
      tools: await createMcpTools(connect, { handler, prefix: "docs_" }),
    });
    const { thread } = await run(app);
    expect(thread).toMatchObject({ status: "failed", error: { code: "not_connected" } });
  });
});
