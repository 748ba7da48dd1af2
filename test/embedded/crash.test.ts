import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { WebSocket } from "ws";
import { afterEach, describe, expect, test } from "vitest";
import { startBackend } from "../../example/embedded/server.js";
import app from "./fixture/app.js";
import { api } from "./fixture/convex/_generated/api.js";
import { connect, spawnBackend, temporaryDir, until } from "./support.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const http = (url: string) => new ConvexHttpClient(url, { logger: false });

async function spawned(dataDir: string, port?: number) {
  const backend = await spawnBackend(dataDir, port);
  cleanups.push(backend.kill);
  return { ...backend, client: http(backend.url) };
}

async function started(dataDir: string) {
  const backend = await startBackend({ ...app, dataDir });
  cleanups.push(() => backend.close());
  return { ...backend, client: http(backend.url) };
}

describe("kill -9", () => {
  test("commits, jobs and clients survive", async () => {
    const dataDir = temporaryDir();
    const first = await spawned(dataDir);
    const live = connect(first.url);
    cleanups.push(() => live.close());
    const seen: string[][] = [];
    live.onUpdate(api.notes.list, {}, (notes) => seen.push(notes));
    await live.mutation(api.notes.add, { text: "before" });
    const soon = { name: "soon", by: 1, delayMs: 500 };
    await Promise.all(
      Array.from({ length: 20 }, () => first.client.mutation(api.counting.incrementLater, soon)),
    );
    const running = await first.client.mutation(api.counting.scheduleWork, {
      text: "interrupted",
      delayMs: 0,
      durationMs: 60_000,
    });
    const pending = await first.client.mutation(api.counting.scheduleWork, {
      text: "pending",
      delayMs: 500,
      durationMs: 0,
    });
    await until(
      () => first.client.query(api.counting.jobState, { jobId: running }),
      (s) => s === "inProgress",
    );
    // Killed while the scheduled increments run.
    await until(
      () => first.client.query(api.counting.read, { name: "soon" }),
      (n) => n > 0,
    );
    await first.kill();

    const second = await spawned(dataDir, first.port);
    await until(
      () => second.client.query(api.counting.read, { name: "soon" }),
      (n) => n >= 20,
    );
    await until(
      () => second.client.query(api.counting.jobState, { jobId: pending }),
      (s) => s === "success",
    );
    expect(await second.client.query(api.counting.jobState, { jobId: running })).toBe("failed");
    await live.mutation(api.notes.add, { text: "after" });
    const notes = seen.at(-1)!;
    expect(notes).toEqual(expect.arrayContaining(["before", "interrupted begins", "pending ends", "after"]));
    expect(notes).not.toContain("interrupted ends");
    expect(await second.client.query(api.counting.read, { name: "soon" })).toBe(20);
  });
});

describe("the commit log", () => {
  test("half a line at its end is dropped; damage elsewhere is reported", async () => {
    const dataDir = temporaryDir();
    const file = path.join(dataDir, "commits.jsonl");
    const first = await started(dataDir);
    const id = await first.client.mutation(api.notes.add, { text: "kept" });
    await first.client.mutation(api.notes.add, { text: "also kept" });
    await first.close();
    appendFileSync(file, readFileSync(file, "utf8").split("\n").at(-2)!.slice(0, 40));
    const second = await started(dataDir);
    expect(await second.client.query(api.notes.list)).toEqual(["kept", "also kept"]);
    expect((await second.client.mutation(api.notes.add, { text: "new" })) > id).toBe(true);
    await second.close();
    writeFileSync(file, `{"ts"\n${readFileSync(file, "utf8")}`);
    await expect(startBackend({ ...app, dataDir })).rejects.toThrow("commits.jsonl:1 is damaged");
  });

  test("a scheduled mutation and its outcome are one commit", async () => {
    const dataDir = temporaryDir();
    const { client } = await started(dataDir);
    const jobId = await client.mutation(api.counting.incrementLater, { name: "n", by: 1, delayMs: 0 });
    await until(
      () => client.query(api.counting.jobState, { jobId }),
      (state) => state === "success",
    );
    const commits = readFileSync(path.join(dataDir, "commits.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map(
        (line) =>
          (JSON.parse(line) as { documents?: { counter?: Record<string, unknown> } }).documents?.counter,
      );
    const increments = commits.filter((documents) =>
      Object.keys(documents ?? {}).some((id) => id.endsWith("counters")),
    );
    expect(increments).toHaveLength(1);
    expect(increments[0]?.[jobId]).toMatchObject({ state: { kind: "success" } });
  });

  test("a second backend is kept out of the data directory", async () => {
    const dataDir = temporaryDir();
    await spawned(dataDir);
    await expect(startBackend({ ...app, dataDir })).rejects.toThrow("is in use");
  });

  test("a process killed while it took the data directory locks no other one out", async () => {
    const dataDir = temporaryDir();
    writeFileSync(path.join(dataDir, "pid"), "");
    const { client } = await started(dataDir);
    expect(await client.query(api.notes.list)).toEqual([]);
  });

  test("ids of deleted documents are not given out again", async () => {
    const dataDir = temporaryDir();
    const first = await started(dataDir);
    const id = await first.client.mutation(api.notes.add, { text: "gone" });
    await first.client.mutation(api.notes.remove, { text: "gone" });
    await first.close();
    const second = await started(dataDir);
    await second.close();
    const third = await started(dataDir);
    expect((await third.client.mutation(api.notes.add, { text: "new" })) > id).toBe(true);
  });
});

describe("resent mutations", () => {
  /** The protocol by hand: a client that resends a mutation it has an answer to. */
  async function send(url: string, sessionId: string, requestId: number) {
    const socket = new WebSocket(`${url.replace("http", "ws")}/api/1.0.0/sync`);
    await new Promise((resolve) => socket.once("open", resolve));
    const response = new Promise<Record<string, unknown>>((resolve) =>
      socket.on("message", (data: Buffer) => {
        const message = JSON.parse(data.toString()) as Record<string, unknown>;
        if (message.type === "MutationResponse") resolve(message);
      }),
    );
    socket.send(JSON.stringify({ type: "Connect", sessionId }));
    const args = [{ text: `${sessionId} ${requestId}` }];
    socket.send(JSON.stringify({ type: "Mutation", requestId, udfPath: "notes:add", args }));
    const received = await response;
    socket.close();
    return received;
  }

  test("run once, also when resent at the same time and after a restart", async () => {
    const dataDir = temporaryDir();
    const first = await started(dataDir);
    const [one, two] = await Promise.all([send(first.url, "s", 0), send(first.url, "s", 0)]);
    expect(one).toEqual(two);
    await first.close();
    const second = await started(dataDir);
    expect(await send(second.url, "s", 0)).toEqual(one);
    await send(second.url, "s", 1);
    await send(second.url, "t", 0);
    expect(await second.client.query(api.notes.list)).toEqual(["s 0", "s 1", "t 0"]);
  });
});
