import { anyApi } from "convex/server";
import { createMcpTools } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { calls, modelCalls } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { api, sharedApi, type App } from "../support/harness.js";
import { codeOf } from "../support/inspect.js";
import {
  beginWithServer,
  expectClosed,
  handler,
  logged,
  makes,
  run,
  searches,
  server,
  setupMcp,
} from "../support/mcpApp.js";
import { text, tool } from "../support/mcpServer.js";

beginWithServer();

const decide = anyApi.programmable!.decide as never;

/** What the model was sent of the only call. */
const valueOf = <VALUE>(outcomes: Awaited<ReturnType<typeof run>>["outcomes"]) =>
  (outcomes[0]![1] as unknown as { value: VALUE }).value;

/** The output of a thread's only call, as readers get it. */
async function outputOf(app: App, threadId: string): Promise<unknown> {
  const messages = await app.query(api.listMessages, { threadId });
  return messages.flatMap(({ parts }) => parts).find((part) => "output" in part && part.output !== undefined);
}

const error = (value: unknown) => [["1", { type: "error-text", value }]];

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
