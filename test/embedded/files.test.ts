import { ConvexHttpClient } from "convex/browser";
import { afterEach, expect, test } from "vitest";
import { startBackend } from "../../example/embedded/server.js";
import app from "./fixture/app.js";
import { api } from "./fixture/convex/_generated/api.js";
import { failureOf, follow, spawnBackend, temporaryDir, until } from "./support.js";
import { useBackend } from "./useBackend.js";

const t = useBackend();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const { store, read, urlOf, metadata, remove, uploadUrl, storeInComponent } = api.files;
const textAt = async (url: string | null) => (await fetch(url!)).text();

test("a file that an action stores is read by actions, described to queries, and served at its URL", async () => {
  const id = await t.client.action(store, { text: "{}", contentType: "application/json" });
  expect(await t.client.action(read, { id: id as never })).toBe("application/json: {}");
  expect(await t.client.query(metadata, { id })).toEqual({
    ...{ size: 2, contentType: "application/json" },
    sha256: "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=",
  });
  const response = await fetch((await t.client.query(urlOf, { id: id as never }))!);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.text()).toBe("{}");
});

test("a client uploads a file to a URL that it asks for", async () => {
  const sent = await fetch(await t.client.mutation(uploadUrl, {}), {
    method: "POST",
    headers: { "Content-Type": "image/png" },
    body: new Uint8Array([1, 2, 255]),
  });
  const { storageId } = (await sent.json()) as { storageId: string };
  expect(await t.client.query(metadata, { id: storageId })).toMatchObject({
    size: 3,
    contentType: "image/png",
  });
  const served = await fetch((await t.client.query(urlOf, { id: storageId as never }))!);
  expect([...(await served.bytes())]).toEqual([1, 2, 255]);
});

test("a file is gone once a mutation has deleted it, and its readers learn of that", async () => {
  const id = (await t.client.action(store, { text: "short-lived" })) as never;
  const url = await t.client.query(urlOf, { id });
  const followed = follow(t.client, urlOf, { id });
  await failureOf(t.client.mutation(remove, { id, fails: true }));
  expect(await textAt(url), "a mutation that fails deletes nothing").toBe("short-lived");
  await t.client.mutation(remove, { id });
  await until(
    () => followed.values.at(-1),
    (last) => last === null,
  );
  expect((await fetch(url!)).status).toBe(404);
  expect(await t.client.action(read, { id })).toBeNull();
  expect(await failureOf(t.client.mutation(remove, { id })), "it cannot be deleted twice").toBeDefined();
});

test("the app and its components have a storage each", async () => {
  const id = (await t.client.action(store, { text: "the app's" })) as never;
  const url = await t.client.action(storeInComponent, { text: "the component's" });
  expect(await textAt(url)).toBe("the component's");
  expect(await textAt(await t.client.query(urlOf, { id }))).toBe("the app's");
});

test("files survive kill -9, and a restart on another port", async () => {
  const dataDir = temporaryDir();
  const first = await spawnBackend(dataDir);
  cleanups.push(first.kill);
  const before = new ConvexHttpClient(first.url, { logger: false });
  const id = (await before.action(store, { text: "kept" })) as never;
  const gone = (await before.action(store, { text: "deleted" })) as never;
  await before.mutation(remove, { id: gone });
  await first.kill();

  const second = await startBackend({ ...app, dataDir });
  cleanups.push(() => second.close());
  const after = new ConvexHttpClient(second.url, { logger: false });
  expect(await textAt(await after.query(urlOf, { id }))).toBe("kept");
  expect(await after.query(urlOf, { id: gone })).toBeNull();
});
