import { writeFileSync } from "node:fs";
import path from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { describe, expect, test } from "vitest";
import { developmentToken } from "../../example/embedded/auth.js";
import { startBackend } from "../../example/embedded/server.js";
import app from "./fixture/app.js";
import { api } from "./fixture/convex/_generated/api.js";
import { connect, failureOf, follow, temporaryDir, until } from "./support.js";
import { useBackend } from "./useBackend.js";

const t = useBackend();

describe("the sync protocol", () => {
  test("a subscription gets the first result and each change, to every client", async () => {
    const other = connect(t.backend.url);
    const [mine, theirs] = [follow(t.client, api.notes.list), follow(other, api.notes.list)];
    await until(
      () => [mine.values.length, theirs.values.length],
      ([a, b]) => a === 1 && b === 1,
    );
    await t.client.mutation(api.notes.add, { text: "one" });
    await t.client.mutation(api.notes.add, { text: "two" });
    await until(
      () => theirs.values.at(-1),
      (value) => value?.length === 2,
    );
    expect(mine.values).toEqual([[], ["one"], ["one", "two"]]);
    await other.close();
  });

  test("a query's result is sent only when it changed", async () => {
    const count = follow(t.client, api.counting.read, { name: "a" });
    const notes = follow(t.client, api.notes.list);
    await until(
      () => count.values.length + notes.values.length,
      (n) => n === 2,
    );
    await t.client.mutation(api.counting.increment, { name: "b", by: 1 });
    await t.client.mutation(api.counting.increment, { name: "a", by: 2 });
    expect(count.values).toEqual([0, 2]);
    expect(notes.values).toEqual([[]]);
  });

  test("after unsubscribing and subscribing again the result is current", async () => {
    const first = follow(t.client, api.notes.list);
    await until(
      () => first.values.length,
      (n) => n === 1,
    );
    first.stop();
    await t.client.mutation(api.notes.add, { text: "meanwhile" });
    const second = follow(t.client, api.notes.list);
    await until(
      () => second.values.at(-1),
      (value) => value?.length === 1,
    );
    expect(first.values).toEqual([[]]);
  });

  test("an action runs in real time, without holding up mutations and queries", async () => {
    const notes = follow(t.client, api.notes.list);
    const action = t.client.action(api.work.slowly, { text: "work", durationMs: 300 });
    await until(
      () => notes.values.at(-1),
      (value) => value?.includes("work begins") === true,
    );
    await t.client.mutation(api.notes.add, { text: "between" });
    expect(await action).toEqual(["work begins", "between", "work ends"]);
  });

  test("a client that lost its connection catches up", async () => {
    const notes = follow(t.client, api.notes.list);
    await until(
      () => notes.values.length,
      (n) => n === 1,
    );
    const { port } = t.backend;
    await t.backend.close();
    const pending = t.client.mutation(api.notes.add, { text: "sent while away" });
    t.backend = await startBackend({ ...app, port });
    await pending;
    await until(
      () => notes.values.at(-1),
      (value) => value?.length === 1,
    );
  });

  test("identity comes from the token", async () => {
    const who = follow(t.client, api.notes.whoami);
    await until(
      () => who.values.at(-1),
      (value) => value === null,
    );
    t.client.setAuth(async () => developmentToken({ sub: "ada" }));
    await until(
      () => who.values.at(-1),
      (value) => value === "ada",
    );
  });
});

describe("pagination", () => {
  test("pages stay adjacent while documents come and go", async () => {
    const http = new ConvexHttpClient(t.backend.url, { logger: false });
    for (const text of ["a", "b", "c", "d"]) await http.mutation(api.notes.add, { text });
    const page = (cursor: string | null) =>
      follow(t.client, api.notes.page, { paginationOpts: { numItems: 2, cursor } });
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
    await t.client.mutation(api.notes.remove, { text: "b" });
    await t.client.mutation(api.notes.add, { text: "e" });
    expect(texts()).toEqual([["a"], ["c", "d", "e"]]);
    expect([first, second].map((p) => p.values.at(-1)!.isDone)).toEqual([false, true]);
  });
});
describe("HTTP", () => {
  test("calls and errors", async () => {
    const http = new ConvexHttpClient(t.backend.url, { logger: false });
    await http.mutation(api.notes.add, { text: "by http" });
    expect(await http.query(api.notes.list)).toEqual(["by http"]);
    expect(await http.action(api.work.slowly, { text: "w", durationMs: 0 })).toHaveLength(3);
    const error = await failureOf(http.mutation(api.notes.refuse, { how: "convexError" }));
    expect(error?.data).toEqual({ code: "REFUSED", size: 3n });
    http.setAuth(developmentToken({ sub: "grace" }));
    expect(await http.query(api.notes.whoami)).toBe("grace");
    const response = await fetch(`${t.backend.url}/api/mutation`, {
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
