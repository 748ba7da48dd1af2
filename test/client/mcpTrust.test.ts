import { agentErrorData, createMcpTools, mcpToolAction, type McpToolsOptions } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { calls, modelCalls } from "../support/app/model.js";
import { beginWithServer, expectClosed, handler, logged, run, server, setupMcp } from "../support/mcpApp.js";
import { tool } from "../support/mcpServer.js";

beginWithServer();

describe("of what a server says nothing is trusted:", () => {
  const namesOf = async (tools: unknown[], options: Partial<McpToolsOptions> = {}) =>
    Object.keys(await createMcpTools({ tools } as never, { handler, prefix: "docs_", ...options }));

  test("an endless list ends, and 128 of its tools are taken", async () => {
    server.pages = (page) => ({
      tools: Array.from({ length: 90 }, (_, index) => tool(`t${page}_${index}`)),
      nextCursor: "more",
    });
    await run(setupMcp());
    expect(modelCalls[0]!.tools).toHaveLength(128);
    expect(server.listed).toBe(12);
    expect(logged()).toEqual([expect.stringContaining('"t2_38" is beyond the first 128')]);
    expect(logged()[0]!.length).toBeLessThan(2_000);
  });

  test("a list of endless empty pages ends", async () => {
    server.pages = () => ({ tools: [], nextCursor: "more" });
    const { thread } = await run(setupMcp());
    expect(thread).toMatchObject({ status: "completed" });
    expect(server.listed).toBe(100);
  });

  test.each<[string, unknown]>([
    ["is missing", undefined],
    ["is no text", 7],
    ["is empty", ""],
    ["has spaces", "a b"],
    ["has a line break", "a\nb"],
    ["leaves ASCII", "ä"],
    ["is long", "a".repeat(60)],
  ])("a tool whose name %s is left out", async (_what, name) => {
    expect(await namesOf([tool(name), tool("search")])).toEqual(["docs_search"]);
    expect(logged()).toHaveLength(1);
    expect(logged()[0]).not.toContain("\n");
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "a tool named %s is one like any other",
    async (name) => {
      server.tools = [tool(name)];
      const { outcomes } = await run(setupMcp(), calls(`docs_${name}`, { key: "a" }, "1"));
      expect(outcomes).toEqual([["1", { type: "text", value: "Found a." }]]);
      expect(server.calls).toMatchObject([{ name }]);
    },
  );

  test("of tools with one name the first is taken", async () => {
    const tools = [tool("a.b", { description: "first" }), tool("a_b"), tool("a.b")];
    const made = await createMcpTools({ tools } as never, { handler, prefix: "docs_" });
    expect(Object.values(made)).toMatchObject([{ nameForHandler: "a.b", description: "first" }]);
    expect(logged()[0]).toContain('"a_b" has the name of another');
  });

  test("no tool can have the name of one of the app's", async () => {
    expect(await namesOf([tool("record"), tool("../record")])).toEqual(["docs_record", "docs____record"]);
  });

  test.each([null, 7, "tool", [], undefined])("a definition that is %j is left out", async (definition) => {
    expect(await namesOf([definition, tool("search")])).toEqual(["docs_search"]);
  });

  const nested = (levels: number): object => (levels === 0 ? {} : { properties: { a: nested(levels - 1) } });

  test.each<[string, unknown]>([
    ["missing", undefined],
    ["null", null],
    ["a list", []],
    ["text", "object"],
    ["true", true],
    ["of text", { type: "string" }],
    ["of a type that is no text", { type: ["object"] }],
    ["with properties that are a list", { type: "object", properties: [] }],
    ["with properties that are null", { type: "object", properties: null }],
    ["huge", { type: "object", description: "x".repeat(33_000) }],
    ["deep", nested(17)],
    ["very deep", nested(3_000)],
  ])("a tool whose schema is %s is left out", async (_what, inputSchema) => {
    expect(await namesOf([tool("a", { inputSchema }), tool("search")])).toEqual(["docs_search"]);
  });

  test("a description that is no text is none, and a long one is cut", async () => {
    const made = await createMcpTools(
      {
        tools: [tool("a", { description: { x: 1 } }), tool("b", { description: "\ud800".repeat(9_000) })],
      } as never,
      { handler, prefix: "docs_" },
    );
    expect(made.docs_a!.description).toBe("");
    expect(made.docs_b!.description).toBe("\ufffd".repeat(4_096));
  });

  test("a list that the client does not understand fails the turn", async () => {
    server.tools = [tool("a", { description: 7 })];
    const { thread } = await run(setupMcp());
    expect(thread).toMatchObject({ status: "failed", error: { code: "options_failed" } });
    expectClosed();
  });
});

describe("a mistake in the definition is refused with its code:", () => {
  const codeOfTools = async (options: object, source: unknown) =>
    createMcpTools(source as never, { handler, prefix: "docs_", ...options }).then(
      () => null,
      (thrown: unknown) => agentErrorData(thrown)?.code ?? thrown,
    );

  test.each<[object, string]>([
    [{ handler: () => null }, "invalid_tool_handler"],
    [{ handler: undefined }, "invalid_tool_handler"],
    [{ prefix: "" }, "invalid_tool_prefix"],
    [{ prefix: undefined }, "invalid_tool_prefix"],
    [{ prefix: "1_" }, "invalid_tool_prefix"],
    [{ prefix: "docs " }, "invalid_tool_prefix"],
    [{ prefix: "a".repeat(33) }, "invalid_tool_prefix"],
    [{ timeoutMs: 0 }, "invalid_limits"],
    [{ retry: { maxAttempts: 0 } }, "invalid_limits"],
    [{ listTimeoutMs: 0 }, "invalid_limits"],
    [{ listTimeoutMs: Infinity }, "invalid_limits"],
  ])("%j", async (options, code) => {
    expect(await codeOfTools(options, { tools: [] })).toBe(code);
  });

  test.each([null, undefined, [], {}, { tools: {} }, "tools"])("tools that are %j", async (source) => {
    expect(await codeOfTools({}, source)).toBe("invalid_tool_definitions");
  });

  test.each([0, -1, NaN, 1.5, 3_600_000])("a call of %d ms", (timeoutMs) => {
    const define = () => mcpToolAction(() => server.connect(), { timeoutMs });
    expect(define).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ code: "invalid_limits" }) as unknown }),
    );
  });
});
