import {
  anyApi,
  componentsGeneric,
  defineSchema,
  internalActionGeneric,
  mutationGeneric,
} from "convex/server";
import { v } from "convex/values";
import {
  createActionTool,
  defineAgentApi,
  streamHandlerAction,
  type ComponentApi,
} from "convex-durable-agents";
import { ConvexHttpClient } from "convex/browser";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import exampleApp from "../../example/embedded/app.js";
import { startBackend, type Backend } from "../../example/embedded/server.js";
import { calls, ends, modelCalls, says, setScript, testModel as model } from "../support/app/model.js";
import { until } from "./support.js";

const component = componentsGeneric().durableAgents as unknown as ComponentApi;
const large = "x".repeat(500_000);

const search = createActionTool({
  description: "Search",
  args: z.object({}),
  handler: anyApi.chat!.search as never,
  storeLargeResults: true,
});
const chat = {
  handler: streamHandlerAction(component, { model, tools: { search } }),
  search: internalActionGeneric({ args: {}, returns: v.string(), handler: () => Promise.resolve(large) }),
  uploadUrl: mutationGeneric({ args: {}, handler: (ctx) => ctx.storage.generateUploadUrl() }),
  ...defineAgentApi(component, anyApi.chat!.handler as never),
};
const api = anyApi.chat!;

let backend: Backend;
let client: ConvexHttpClient;
beforeEach(async () => {
  backend = await startBackend({
    schema: defineSchema({}),
    modules: { "./_generated/api.ts": () => Promise.resolve({}), "./chat.ts": () => Promise.resolve(chat) },
    components: exampleApp.components.filter(({ path }) => path === "durableAgents"),
  });
  client = new ConvexHttpClient(backend.url, { logger: false });
});
afterEach(() => backend.close());

interface Part {
  type: string;
  url: string;
  output: { url: string; bytes: number };
}

async function answered(threadId: string): Promise<Part[]> {
  await until(
    () => client.query(api.getThread!, { threadId }) as Promise<{ status: string }>,
    ({ status }) => status === "completed" || status === "failed",
  );
  const messages = (await client.query(api.listMessages!, { threadId })) as { parts: Part[] }[];
  return messages.flatMap(({ parts }) => parts);
}

test("a user uploads a file, and the model is sent what it has, since no provider can fetch from this machine", async () => {
  setScript([[...says("A cat."), ...ends()]]);
  const url = (await client.mutation(api.uploadUrl!, {})) as string;
  const sent = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "image/png" },
    body: new Uint8Array([1, 2, 3]),
  });
  const { storageId } = (await sent.json()) as { storageId: string };
  const files = [{ mediaType: "image/png", storageId }];
  const threadId = (await client.mutation(api.createThread!, { prompt: "What is it?", files })) as string;
  const shown = (await answered(threadId)).find(({ type }) => type === "file")!;
  expect([...new Uint8Array(await (await fetch(shown.url)).arrayBuffer())]).toEqual([1, 2, 3]);
  expect(modelCalls[0]!.prompt[0]!.content).toContainEqual(
    expect.objectContaining({ type: "file", mediaType: "image/png", data: "AQID" }),
  );
});

test("a large result of a tool is a file of the component's, which goes with its thread", async () => {
  setScript([
    [...calls("search", {}, "1"), ...ends("tool-calls")],
    [...says("Found."), ...ends()],
  ]);
  const threadId = (await client.mutation(api.createThread!, { prompt: "Search." })) as string;
  const { output } = (await answered(threadId)).find(({ type }) => type === "tool-search")!;
  expect(output.bytes).toBeGreaterThan(500_000);
  expect(await (await fetch(output.url)).json()).toBe(large);
  await client.mutation(api.deleteThread!, { threadId });
  await until(
    async () => (await fetch(output.url)).status,
    (status) => status === 404,
  );
});

test("an image that a model makes is served at its URL", async () => {
  const bytes = new Uint8Array(2_000_000).fill(7);
  setScript([[{ type: "file", mediaType: "image/png", data: bytes }, ...ends()]]);
  const threadId = (await client.mutation(api.createThread!, { prompt: "Draw." })) as string;
  const image = (await answered(threadId)).find(({ type }) => type === "file")!;
  const served = await fetch(image.url);
  expect(served.headers.get("content-type")).toBe("image/png");
  expect(Buffer.from(await served.arrayBuffer()).equals(bytes)).toBe(true);
});
