import { anyApi, type ApiFromModules } from "convex/server";
import { ConvexError } from "convex/values";
import { agentErrorData, createMcpTools, mcpToolAction, type McpToolsOptions } from "convex-durable-agents";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { defaultOptions, overrides } from "../support/app/agent.js";
import * as mcpModule from "../support/app/mcp.js";
import { calls, ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import type { CrashPlan } from "../support/crash.js";
import { api, setup, sharedApi, type App } from "../support/harness.js";
import { codeOf, sentOutcomes } from "../support/inspect.js";
import { McpServer, never, rpcError, text, tool } from "../support/mcpServer.js";

const handler = (anyApi as unknown as ApiFromModules<{ mcp: typeof mcpModule }>).mcp.callTool;
const decide = anyApi.programmable!.decide as never;

let server: McpServer;

/** An app whose agent has the tools of the server. */
function setupMcp(options: Partial<McpToolsOptions> = {}, { crash }: { crash?: CrashPlan } = {}): App {
  mcpModule.mcp.connect = ({ owner }) => server.connect(owner);
  overrides.options = async (_ctx, _threadId, { owner }) => ({
    ...defaultOptions,
    tools: await createMcpTools(() => server.connect(owner), { handler, prefix: "docs_", ...options }),
  });
  const modules = { "./app/mcp.ts": () => Promise.resolve(mcpModule) };
  return setup(crash ? { crash, modules } : { modules });
}

const logged = () => vi.mocked(console.warn).mock.calls.map(([line]) => line as string);

beforeEach(() => {
  server = new McpServer();
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

/** Lets the model make these calls and say that it is done. */
const makes = (...made: ModelStep[]) =>
  setScript((prompt) =>
    prompt.at(-1)!.role === "tool"
      ? [...says("Done."), ...ends()]
      : [...made.flat(), ...ends(made.length > 0 ? "tool-calls" : "stop")],
  );

const searches = (args: unknown = { key: "a" }) => calls("docs_search", args, "1");

/** Runs a turn, and gives back what the model was sent of its calls. */
async function run(app: App, ...made: ModelStep[]) {
  makes(...made);
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const thread = await app.settle(threadId);
  return { threadId, thread, outcomes: sentOutcomes(modelCalls.at(-1)?.prompt ?? []) };
}

/** What the model was sent of the only call. */
const valueOf = <VALUE>(outcomes: Awaited<ReturnType<typeof run>>["outcomes"]) =>
  (outcomes[0]![1] as unknown as { value: VALUE }).value;

const error = (value: unknown) => [["1", { type: "error-text", value }]];

/** Every client was closed again. */
const expectClosed = () => expect(server.closed).toBe(server.opened);

/** The output of a thread's only call, as readers get it. */
async function outputOf(app: App, threadId: string): Promise<unknown> {
  const messages = await app.query(api.listMessages, { threadId });
  return messages.flatMap(({ parts }) => parts).find((part) => "output" in part && part.output !== undefined);
}

describe("a server's tools", () => {
  test("are shown to the model with a prefix, called by their own names, and the clients are closed", async () => {
    server.tools = [tool("search"), tool("pages.read/all")];
    const app = setupMcp();
    const { outcomes, threadId } = await run(app, calls("docs_pages_read_all", { key: "a" }, "1"));
    expect(modelCalls[0]!.tools).toMatchObject([
      { name: "docs_search", description: "Does search", inputSchema: tool("").inputSchema },
      { name: "docs_pages_read_all" },
    ]);
    expect(server.calls).toEqual([{ name: "pages.read/all", args: { key: "a" }, user: null }]);
    expect(outcomes).toEqual([["1", { type: "text", value: "Found a." }]]);
    expect(await outputOf(app, threadId)).toMatchObject({ output: text("Found a.") });
    expectClosed();
    expect(logged()).toEqual([]);
  });

  test("come from all pages of its list", async () => {
    server.pages = (page) => ({
      tools: [tool(`tool${page}`)],
      ...(page < 3 && { nextCursor: String(page) }),
    });
    await run(setupMcp());
    expect(modelCalls[0]!.tools!.map(({ name }) => name)).toEqual(["docs_tool1", "docs_tool2", "docs_tool3"]);
  });

  test("are those that are asked for, and one that is not there is logged", async () => {
    server.tools = [tool("search"), tool("remove")];
    await run(setupMcp({ include: ["search", "find"] }));
    expect(modelCalls[0]!.tools!.map(({ name }) => name)).toEqual(["docs_search"]);
    expect(logged()).toEqual([expect.stringContaining('"find" is to be included')]);
  });

  test("may come from a list that was kept, without a connection", async () => {
    const list = await (await server.connect()).listTools();
    const tools = await createMcpTools(JSON.parse(JSON.stringify(list)) as typeof list, {
      handler,
      prefix: "docs_",
    });
    expect(Object.keys(tools)).toEqual(["docs_search"]);
    expect(server.opened).toBe(1);
  });
});

describe("arguments", () => {
  test("that the schema refuses do not reach the server", async () => {
    const { outcomes } = await run(setupMcp(), searches({ key: 7 }));
    expect(outcomes).toEqual(error(expect.stringContaining("#/key")));
    expect(server.calls).toEqual([]);
  });

  test("that are called like a keyword are checked", async () => {
    const properties = { key: { type: "string" }, pattern: { type: "string" } };
    server.tools = [tool("search", { inputSchema: { type: "object", properties } })];
    await run(setupMcp(), searches({ key: "a", pattern: 7 }));
    expect(server.calls).toEqual([]);
  });

  test.each(['"a"', "[]", "null", "7"])("that are no object (%s) do not reach the server", async (args) => {
    server.tools = [tool("search", { inputSchema: { type: "object", $ref: "#/x" } })];
    const { outcomes } = await run(setupMcp(), searches(args));
    expect(outcomes).toEqual(error(expect.any(String)));
    expect(server.calls).toEqual([]);
  });

  test("of any names and depth reach the server as the model wrote them", async () => {
    server.tools = [tool("search", { inputSchema: { type: "object" } })];
    const nested = (levels: number): unknown => (levels === 0 ? "deep" : { in: nested(levels - 1) });
    const args = { $ref: 1, näme: "ü", "~x": [], name: "another", toolCall: null, deep: nested(30) };
    const { outcomes } = await run(setupMcp(), searches(args));
    expect(outcomes).toEqual([["1", { type: "text", value: "Found undefined." }]]);
    expect(server.calls).toMatchObject([{ name: "search", args }]);
  });

  test.each([
    ["a pattern that takes for ever", { key: { type: "string", pattern: "^(a+)+$" } }],
    ["such a pattern in a list", { key: { type: "string", pattern: ["^(a+)+$"] } }],
    ["parts that ask for one another", { key: { anyOf: [{ $ref: "#" }, { $ref: "#" }] } }],
    ["a part that is not there", { key: { $ref: "#/nowhere" } }],
    ["patterns of names", { key: { patternProperties: { "^(a+)+$": {} } } }],
  ])("are left to the server where the schema has %s", async (_what, properties) => {
    server.tools = [tool("search", { inputSchema: { type: "object", properties } })];
    const key = `${"a".repeat(40)}!`;
    await run(setupMcp(), searches({ key }));
    expect(server.calls).toMatchObject([{ args: { key } }]);
  });
});

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

describe("a result", () => {
  const image = { type: "image", data: "aGk=", mimeType: "image/png" };
  const resource = (more: object) => ({ type: "resource", resource: { uri: "docs://a", ...more } });

  test("is sent to the model as text and images", async () => {
    server.answer = () => ({
      content: [
        { type: "text", text: "See:", _meta: { much: "x" } },
        image,
        resource({ text: "Read me.", mimeType: "text/plain" }),
        resource({ blob: "aGk=", mimeType: "image/jpeg" }),
        resource({ blob: "aGk=", mimeType: "application/pdf" }),
        { type: "resource_link", uri: "docs://b", name: "b" },
      ],
    });
    const app = setupMcp();
    const { outcomes, threadId } = await run(app, searches());
    const parts = valueOf<Record<string, unknown>[]>(outcomes);
    expect(parts.map((part) => part.text ?? part.mediaType)).toEqual([
      "See:",
      "image/png",
      "docs://a\nRead me.",
      "image/jpeg",
      expect.stringContaining("application/pdf"),
      expect.stringContaining('"uri":"docs://b"'),
    ]);
    expect(JSON.stringify(parts[1])).toContain("aGk=");
    expect(JSON.stringify(await outputOf(app, threadId))).not.toContain("_meta");
  });

  test("that is structured only is sent as JSON, whatever its names", async () => {
    const structuredContent = { $schema: "x", größe: [1, { "~y": null }] };
    server.answer = () => ({ content: [], structuredContent });
    const { outcomes } = await run(setupMcp(), searches());
    expect(outcomes).toEqual([["1", { type: "json", value: structuredContent }]]);
  });

  test("of nothing is one", async () => {
    server.answer = () => ({ content: [] });
    const { outcomes } = await run(setupMcp(), searches());
    expect(outcomes).toEqual([["1", { type: "text", value: "The tool returned nothing." }]]);
  });

  test("with too many parts keeps the first ones", async () => {
    server.answer = () => ({ content: Array.from({ length: 20_000 }, () => text("x").content[0]) });
    const { outcomes } = await run(setupMcp(), searches());
    expect(outcomes).toEqual([["1", { type: "text", value: Array(1_000).fill("x").join("\n\n") }]]);
  });

  test("with more data than can be stored comes without the largest of them", async () => {
    const large = { ...image, data: "A".repeat(1_200_000) };
    server.answer = () => ({ content: [...text("A picture:").content, large, image] });
    const { outcomes } = await run(setupMcp(), searches());
    expect(valueOf(outcomes)).toMatchObject([
      { text: "A picture:" },
      { text: expect.stringContaining("about 900000 bytes was left out") as string },
      { mediaType: "image/png" },
    ]);
  });

  test("of more text than can be stored is an error that says so", async () => {
    server.answer = () => text("x".repeat(1_200_000));
    const { outcomes } = await run(setupMcp(), searches());
    expect(outcomes).toEqual(error(expect.stringContaining("larger than a document can hold")));
    server.answer = () => text("x".repeat(15_000_000));
    expect((await run(setupMcp(), searches())).outcomes).toEqual(
      error(expect.stringContaining("larger than an action can return")),
    );
    expect(server.calls).toHaveLength(2);
  });

  test("is stored as a file whole with storeLargeResults", async () => {
    server.answer = () => ({ content: [{ ...image, data: "A".repeat(2_000_000) }] });
    const { outcomes } = await run(setupMcp({ storeLargeResults: true }), searches());
    expect(outcomes).toMatchObject([
      [
        "1",
        { type: "json", value: { url: expect.any(String) as string, bytes: expect.any(Number) as number } },
      ],
    ]);
    expect(valueOf<{ bytes: number }>(outcomes).bytes).toBeGreaterThan(2_000_000);
  });
});

describe("approval", () => {
  const waiting = async (app: App, threadId: string) =>
    app.until(async () =>
      (await app.transcript(threadId)).some((line) => line.includes("approval-requested")),
    );
  const begin = async (app: App) => {
    makes(searches());
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await waiting(app, threadId);
    return threadId;
  };

  test("is asked for whatever the server says of its tool, and edited arguments are checked", async () => {
    server.tools = [tool("search", { annotations: { readOnlyHint: true, destructiveHint: false } })];
    const app = setupMcp({ needsApproval: true });
    const threadId = await begin(app);
    expect(server.calls).toEqual([]);
    const approve = (args: unknown) => app.mutation(api.approveToolCall, { threadId, toolCallId: "1", args });
    expect(await codeOf(approve({ key: 7 }))).toBe("invalid_tool_args");
    await approve({ key: "b" });
    await app.settle(threadId);
    expect(server.calls).toEqual([{ name: "search", args: { key: "b" }, user: null }]);
  });

  test("with a schema that cannot be checked safely takes any object", async () => {
    const properties = { key: { type: "string", pattern: "^(a+)+$" } };
    server.tools = [tool("search", { inputSchema: { type: "object", properties } })];
    const app = setupMcp({ needsApproval: true });
    const threadId = await begin(app);
    const args = { key: `${"a".repeat(40)}!` };
    await app.mutation(api.approveToolCall, { threadId, toolCallId: "1", args });
    await app.settle(threadId);
    expect(server.calls).toMatchObject([{ args }]);
  });

  test("is asked for those tools that a function names", async () => {
    server.tools = [tool("search"), tool("remove")];
    const app = setupMcp({ needsApproval: (name) => name !== "search" });
    makes(searches(), calls("docs_remove", { key: "b" }, "2"));
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await waiting(app, threadId);
    await app.until(() => server.calls.length > 0);
    expect(server.calls.map(({ name }) => name)).toEqual(["search"]);
  });

  test("is decided by an action that learns which tool it is, and for whom", async () => {
    const asked: unknown[] = [];
    const app = setupMcp({ needsApproval: decide });
    program.decide = (args) => {
      asked.push(args);
      return false;
    };
    await run(app, searches());
    expect(asked).toEqual([{ name: "search", args: { key: "a" }, caller: { owner: null, sender: null } }]);
    expect(server.calls).toHaveLength(1);
  });
});

test("each owner's calls are made with the owner's own credentials", async () => {
  const app = setupMcp();
  makes(searches());
  const threads = await Promise.all(
    ["red|ann", "blue|cleo"].map((subject) =>
      app.t.withIdentity({ subject }).mutation(sharedApi.createThread, { prompt: "Go" }),
    ),
  );
  for (const threadId of threads) await app.settle(threadId);
  expect(server.calls.map(({ user }) => user).sort()).toEqual(["blue", "red"]);
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
