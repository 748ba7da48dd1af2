import { writeFileSync } from "node:fs";
import path from "node:path";
import { ConvexHttpClient, type ConvexClient } from "convex/browser";
import { componentsGeneric, defineSchema, mutationGeneric } from "convex/server";
import { ConvexError, v } from "convex/values";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { developmentToken } from "../../example/embedded/auth.js";
import { type Backend, startBackend } from "../../example/embedded/server.js";
import app from "./fixture/app.js";
import { api, internal } from "./fixture/convex/_generated/api.js";
import { connect, follow, temporaryDir, until } from "./support.js";

let backend: Backend;
let client: ConvexClient;

beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  backend = await startBackend(app);
  client = connect(backend.url);
});
afterEach(async () => {
  await client.close();
  await backend.close();
});

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as ConvexError<string>,
  );

describe("the sync protocol", () => {
  test("a subscription gets the first result and each change, to every client", async () => {
    const other = connect(backend.url);
    const [mine, theirs] = [follow(client, api.notes.list), follow(other, api.notes.list)];
    await until(
      () => [mine.values.length, theirs.values.length],
      ([a, b]) => a === 1 && b === 1,
    );
    await client.mutation(api.notes.add, { text: "one" });
    await client.mutation(api.notes.add, { text: "two" });
    await until(
      () => theirs.values.at(-1),
      (value) => value?.length === 2,
    );
    expect(mine.values).toEqual([[], ["one"], ["one", "two"]]);
    await other.close();
  });

  test("a query is told of only when its result changed", async () => {
    const count = follow(client, api.counting.read, { name: "a" });
    const notes = follow(client, api.notes.list);
    await until(
      () => count.values.length + notes.values.length,
      (n) => n === 2,
    );
    await client.mutation(api.counting.increment, { name: "b", by: 1 });
    await client.mutation(api.counting.increment, { name: "a", by: 2 });
    expect(count.values).toEqual([0, 2]);
    expect(notes.values).toEqual([[]]);
  });

  test("after unsubscribing and subscribing again the result is current", async () => {
    const first = follow(client, api.notes.list);
    await until(
      () => first.values.length,
      (n) => n === 1,
    );
    first.stop();
    await client.mutation(api.notes.add, { text: "meanwhile" });
    const second = follow(client, api.notes.list);
    await until(
      () => second.values.at(-1),
      (value) => value?.length === 1,
    );
    expect(first.values).toEqual([[]]);
  });

  test("an action runs in real time, without holding up mutations and queries", async () => {
    const notes = follow(client, api.notes.list);
    const action = client.action(api.work.slowly, { text: "work", durationMs: 300 });
    await until(
      () => notes.values.at(-1),
      (value) => value?.includes("work begins") === true,
    );
    await client.mutation(api.notes.add, { text: "between" });
    expect(await action).toEqual(["work begins", "between", "work ends"]);
  });

  test("a client that lost its connection catches up", async () => {
    const notes = follow(client, api.notes.list);
    await until(
      () => notes.values.length,
      (n) => n === 1,
    );
    const { port } = backend;
    await backend.close();
    const pending = client.mutation(api.notes.add, { text: "sent while away" });
    backend = await startBackend({ ...app, port });
    await pending;
    await until(
      () => notes.values.at(-1),
      (value) => value?.length === 1,
    );
  });

  test("identity comes from the token", async () => {
    const who = follow(client, api.notes.whoami);
    await until(
      () => who.values.at(-1),
      (value) => value === null,
    );
    client.setAuth(async () => developmentToken({ sub: "ada" }));
    await until(
      () => who.values.at(-1),
      (value) => value === "ada",
    );
  });
});

describe("errors", () => {
  test("a ConvexError reaches the client with its data, and nothing is written", async () => {
    const error = await failureOf(client.mutation(api.notes.refuse, { how: "convexError" }));
    expect(error).toBeInstanceOf(ConvexError);
    expect(error?.data).toEqual({ code: "REFUSED", size: 3n });
    expect(await client.query(api.notes.list, {})).toEqual([]);
  });

  test("another error reaches the client with its message", async () => {
    const error = await failureOf(client.mutation(api.notes.refuse, { how: "error" }));
    expect(error).not.toBeInstanceOf(ConvexError);
    expect(error?.message).toContain("Uncaught Error: plain refusal");
  });

  test("wrong arguments and wrong return values fail the call, and nothing is written", async () => {
    const wrong = await failureOf(client.mutation(api.notes.add, { text: 1 as never }));
    expect(wrong?.message).toContain("Expected `string`");
    const returned = await failureOf(client.mutation(api.notes.addAndReturnWrongly, {}));
    expect(returned?.message).toContain("Return value validation failed");
    expect(await client.query(api.notes.list, {})).toEqual([]);
  });

  test("Convex's limits hold", async () => {
    const error = await failureOf(client.mutation(api.notes.scheduleMany, { count: 1001 }));
    expect(error?.message).toContain("limit: 1000");
    expect(await client.query(api.notes.list, {})).toEqual([]);
  });

  test("a document over 1 MiB is refused", async () => {
    const error = await failureOf(client.mutation(api.notes.add, { text: "x".repeat(1 << 20) }));
    expect(error?.message).toContain("too large");
  });

  test("internal, unknown and mistaken functions are refused", async () => {
    const calls = [
      client.mutation(internal.notes.addInternal as never, { text: "x" } as never),
      client.mutation("notes:missing" as never, {} as never),
      client.mutation("nowhere:at_all" as never, {} as never),
    ];
    for (const call of calls)
      expect((await failureOf(call))?.message).toContain("Could not find public function");
    const mistaken = await failureOf(client.mutation(api.notes.list as never, {} as never));
    expect(mistaken?.message).toContain("as a mutation, which it is not");
    const query = follow(client, internal.notes.listInternal as never);
    await until(
      () => query.errors.length,
      (n) => n === 1,
    );
    expect(query.errors[0]?.message).toContain("Could not find public function");
  });
});

describe("HTTP", () => {
  test("calls and errors", async () => {
    const http = new ConvexHttpClient(backend.url, { logger: false });
    await http.mutation(api.notes.add, { text: "by http" });
    expect(await http.query(api.notes.list)).toEqual(["by http"]);
    expect(await http.action(api.work.slowly, { text: "w", durationMs: 0 })).toHaveLength(3);
    const error = await failureOf(http.mutation(api.notes.refuse, { how: "convexError" }));
    expect(error?.data).toEqual({ code: "REFUSED", size: 3n });
    http.setAuth(developmentToken({ sub: "grace" }));
    expect(await http.query(api.notes.whoami)).toBe("grace");
    const response = await fetch(`${backend.url}/api/mutation`, {
      method: "POST",
      body: JSON.stringify({ path: "notes:refuse", args: { how: "error" } }),
    });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([560, "*"]);
  });
});

describe("static files", () => {
  test("are served beside the API, with index.html for the application's own paths", async () => {
    const staticDir = temporaryDir();
    writeFileSync(path.join(staticDir, "index.html"), "<h1>app</h1>");
    writeFileSync(path.join(staticDir, "code.js"), "1");
    const site = await startBackend({ ...app, staticDir });
    const get = async (pathname: string) => {
      const response = await fetch(site.url + pathname);
      return [response.headers.get("content-type"), await response.text()];
    };
    expect(await get("/code.js")).toEqual(["text/javascript", "1"]);
    for (const pathname of ["/", "/threads/1", "/%2e%2e%2f%2e%2e%2fetc/passwd"]) {
      expect(await get(pathname)).toEqual(["text/html; charset=utf-8", "<h1>app</h1>"]);
    }
    await site.close();
  });
});

describe("components", () => {
  test("the app calls the component, which schedules itself and calls back through a handle", async () => {
    expect(await client.mutation(api.counting.increment, { name: "n", by: 2 })).toBe(2);
    await client.mutation(api.counting.incrementThenTell, { name: "n", by: 3 });
    const notes = follow(client, api.notes.list);
    await until(
      () => notes.values.at(-1),
      (value) => value?.[0] === "n +3",
    );
    expect(await client.query(api.counting.read, { name: "n" })).toBe(5);
  });

  test("the component schedules an action of the app and follows its job", async () => {
    const jobId = await client.mutation(api.counting.scheduleWork, {
      text: "w",
      delayMs: 0,
      durationMs: 100,
    });
    const state = follow(client, api.counting.jobState, { jobId });
    await until(
      () => state.values.at(-1),
      (value) => value === "success",
    );
    expect(await client.query(api.notes.list, {})).toEqual(["w begins", "w ends"]);
  });

  test("cancelling is part of the transaction; far-future jobs wait", async () => {
    const delayMs = 60 * 24 * 3600 * 1000;
    const jobId = await client.mutation(api.counting.incrementLater, { name: "n", by: 1, delayMs });
    const state = () => client.query(api.counting.jobState, { jobId });
    await failureOf(client.mutation(api.counting.cancelJob, { jobId, thenFail: true }));
    expect(await state()).toBe("pending");
    await client.mutation(api.counting.cancelJob, { jobId, thenFail: false });
    expect(await state()).toBe("canceled");
    expect(await client.query(api.counting.read, { name: "n" })).toBe(0);
  });

  test("a commit of the component's own action reaches the app's subscriptions", async () => {
    const count = follow(client, api.counting.read, { name: "n" });
    await until(
      () => count.values.length,
      (n) => n === 1,
    );
    await client.mutation(api.counting.incrementByAction, { name: "n", by: 1 });
    await until(
      () => count.values.at(-1),
      (value) => value === 1,
    );
    expect(count.errors).toEqual([]);
  });

  test("an action schedules and cancels", async () => {
    await client.action(api.work.noteLater, { text: "later" });
    await until(
      () => client.query(api.notes.list, {}),
      (notes) => notes.length === 1,
    );
  });

  test("a component within a component", async () => {
    const inner = componentsGeneric().counter!;
    const relay = {
      increment: mutationGeneric({
        args: { by: v.number() },
        handler: async (ctx, { by }): Promise<number> =>
          ctx.runMutation(inner.counters!.increment as never, { name: "deep", by } as never),
      }),
    };
    const outer = componentsGeneric().relay!;
    const main = {
      increment: mutationGeneric({
        handler: async (ctx): Promise<number> =>
          ctx.runMutation(outer.relay!.increment as never, { by: 4 } as never),
      }),
    };
    const modules = (module: object) => ({ "./_generated/api.js": async () => ({}), ...module });
    const nested = await startBackend({
      schema: defineSchema({}),
      modules: modules({ "./main.js": async () => main }),
      components: [
        { path: "relay", schema: defineSchema({}), modules: modules({ "./relay.js": async () => relay }) },
        { ...app.components[0]!, path: "relay/counter" },
      ],
    });
    const http = new ConvexHttpClient(nested.url, { logger: false });
    expect(await http.mutation("main:increment" as never)).toBe(4);
    expect(await http.mutation("main:increment" as never)).toBe(8);
    await nested.close();
  });

  test("a job scheduled by a transaction that fails never exists", async () => {
    await failureOf(client.mutation(api.counting.scheduleAndFail, { name: "n" }));
    await client.mutation(api.counting.incrementThenTell, { name: "n", by: 1 });
    const notes = follow(client, api.notes.list);
    await until(
      () => notes.values.at(-1)?.length,
      (n) => n === 1,
    );
    expect(notes.values.at(-1)).toEqual(["n +1"]);
  });
});

describe("pagination", () => {
  test("pages stay adjacent while documents come and go", async () => {
    const http = new ConvexHttpClient(backend.url, { logger: false });
    for (const text of ["a", "b", "c", "d"]) await http.mutation(api.notes.add, { text });
    const page = (cursor: string | null) =>
      follow(client, api.notes.page, { paginationOpts: { numItems: 2, cursor } });
    const first = page(null);
    await until(
      () => first.values.length,
      (n) => n === 1,
    );
    const second = page(first.values[0]!.continueCursor);
    await until(
      () => second.values.length,
      (n) => n === 1,
    );
    const texts = () => [first, second].map((p) => p.values.at(-1)!.page.map((note) => note.text));
    expect(texts()).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    await client.mutation(api.notes.remove, { text: "b" });
    await client.mutation(api.notes.add, { text: "e" });
    expect(texts()).toEqual([["a"], ["c", "d", "e"]]);
    expect([first, second].map((p) => p.values.at(-1)!.isDone)).toEqual([false, true]);
  });
});
