import { expect, test } from "vitest";
import { captureInternals, interceptSyscalls } from "../../example/embedded/convex.js";
import { isAiSdk7 } from "../support/aiSdk.js";
import { ends, modelCalls, says, setScript, type ModelStep } from "../support/app/model.js";
import { api, setup, type App } from "../support/harness.js";

const bytesOf = (length: number, fill: number) => new Uint8Array(length).fill(fill);
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(bytes[0]!).repeat(bytes.length));
const mediaType = "image/png";

/** A step that makes an image. AI SDK 7 has a tag for its bytes. */
function draws(length: number, fill = 7): ModelStep {
  const data = base64(bytesOf(length, fill));
  return [{ type: "file", mediaType, data: isAiSdk7 ? ({ type: "data", data } as never) : data }];
}

const LARGE = 3 * 1024 * 1024;
const SMALL = 10 * 1024;

const storedFiles = (app: App) => app.t.run((ctx) => ctx.db.system.query("_storage").collect());

const partsOf = async (app: App, threadId: string) =>
  (await app.query(api.listMessages, { threadId })).at(-1)!.parts;

/** The files that the model was sent last, by the role of their message: their bytes, or their URL. */
const sentFiles = () =>
  modelCalls.at(-1)!.prompt.flatMap(({ role, content }) =>
    typeof content === "string"
      ? []
      : content.flatMap((part) => {
          if (part.type !== "file") return [];
          return [[role, bytesOrUrl(part.data)]];
        }),
  );

/** Bytes in base64, or a URL, whichever the model was sent: as it is, or with the tag that AI SDK 7 has for each. */
function bytesOrUrl(sent: unknown): unknown {
  const { data, url } = Object(sent) as { data?: unknown; url?: unknown };
  const file = data ?? url ?? sent;
  return file instanceof URL ? file.href : file;
}

async function answered(app: App, ...steps: ModelStep[]) {
  setScript(steps);
  const threadId = await app.mutation(api.createThread, { prompt: "Draw." });
  await app.settle(threadId);
  return threadId;
}

test("an image that no document holds is stored as a file, read by its URL, and sent to the model as it was", async () => {
  const app = setup();
  const threadId = await answered(
    app,
    [...says("Here:"), ...draws(LARGE), ...ends()],
    [...says("A seven."), ...ends()],
  );
  const [file] = await storedFiles(app);
  expect(file).toMatchObject({ size: LARGE });
  const url = await app.t.run((ctx) => ctx.storage.getUrl(file!._id));
  const shown = [
    { type: "text", text: "Here:" },
    { type: "file", mediaType, url },
  ];
  expect(await partsOf(app, threadId)).toMatchObject(shown);
  const streamArgs = { kind: "messages", after: 0 } as const;
  const { messages } = await app.query(api.listMessagesWithStreams, { threadId, streamArgs });
  expect(messages!.at(-1)!.parts).toMatchObject(shown);

  await app.mutation(api.sendMessage, { threadId, prompt: "What is it?" });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  expect(sentFiles()).toEqual([["assistant", base64(bytesOf(LARGE, 7))]]);
});

test("a step with an image and a tool call is handed on, and the next one sees the image", async () => {
  const app = setup();
  const call: ModelStep = [
    { type: "tool-call", toolCallId: "1", toolName: "record", input: JSON.stringify({ key: "a" }) },
  ];
  await answered(app, [...draws(LARGE), ...call, ...ends("tool-calls")], [...says("Done."), ...ends()]);
  expect(sentFiles()).toEqual([["assistant", base64(bytesOf(LARGE, 7))]]);
});

test("a small image stays in its message", async () => {
  const app = setup();
  const threadId = await answered(app, [...draws(SMALL), ...ends()]);
  expect(await partsOf(app, threadId)).toMatchObject([
    { type: "file", url: `data:image/png;base64,${base64(bytesOf(SMALL, 7))}` },
  ]);
  expect(await storedFiles(app)).toEqual([]);
});

test("several images are more than a model call is sent as data: it gets the newest, and a text in place of the others", async () => {
  const app = setup();
  const threadId = await answered(
    app,
    [...draws(LARGE, 1), ...draws(LARGE, 2), ...ends()],
    [...says("Two."), ...ends()],
  );
  await app.mutation(api.sendMessage, { threadId, prompt: "How many?" });
  await app.settle(threadId);
  expect(sentFiles()).toEqual([["assistant", base64(bytesOf(LARGE, 2))]]);
  expect(JSON.stringify(modelCalls.at(-1)!.prompt)).toContain("only 4 MiB of files are sent as data");
});

test("an answer that is refused leaves no file behind", async () => {
  const app = setup();
  const threadId = await answered(app, [...draws(LARGE), ...says("x".repeat(1_100_000)), ...ends()]);
  expect(await app.query(api.getThread, { threadId })).toMatchObject({
    status: "failed",
    error: { code: "step_too_large" },
  });
  expect(await storedFiles(app)).toEqual([]);
});

test("an answer that comes after a stop leaves no file behind", async () => {
  const app = setup();
  setScript([[...draws(LARGE), { pauseMs: 3_000 }, ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "Draw." });
  await app.until(() => modelCalls.length > 0);
  await app.mutation(api.stopThread, { threadId });
  await app.advance(30_000);
  expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "stopped" });
  expect(await storedFiles(app)).toEqual([]);
});

/** Has files' URLs begin with an origin. */
function serveFilesAt(app: App, origin: string) {
  const internals = captureInternals(() => app.t.finishInProgressScheduledFunctions())!;
  interceptSyscalls(
    { internals },
    {
      "1.0/storageGetUrl": ({ storageId }) =>
        Promise.resolve(JSON.stringify(`${origin}/${storageId as string}`)),
    },
  );
}

async function withUploads(app: App, ...sizes: number[]) {
  const files = [];
  for (const size of sizes) {
    const blob = new Blob([bytesOf(size, 5)], { type: mediaType });
    files.push({ mediaType, storageId: (await app.t.run((ctx) => ctx.storage.store(blob))) as string });
  }
  setScript([[...says("Seen."), ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "See", files });
  expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
  return { threadId, files };
}

test.each(["http://127.0.0.1:3210", "http://localhost:3210", "http://app.localhost", "http://[::1]:3210"])(
  "a user's file at %s, where no provider can fetch it, is sent as data",
  async (origin) => {
    const app = setup();
    serveFilesAt(app, origin);
    const { threadId, files } = await withUploads(app, SMALL);
    expect(sentFiles()).toEqual([["user", base64(bytesOf(SMALL, 5))]]);
    const [message] = await app.query(api.listMessages, { threadId });
    expect(JSON.stringify(message), "readers can fetch it").toContain(`${origin}/${files[0]!.storageId}`);
  },
);

test("a user's file at a public URL is sent as that, whatever its size", async () => {
  const app = setup();
  serveFilesAt(app, "https://app.example.com");
  const { files } = await withUploads(app, LARGE, LARGE);
  expect(sentFiles()).toEqual(files.map(({ storageId }) => ["user", `https://app.example.com/${storageId}`]));
});

test("users' files on this machine are sent as data up to a bound", async () => {
  const app = setup();
  serveFilesAt(app, "http://127.0.0.1:3210");
  await withUploads(app, LARGE, LARGE);
  expect(sentFiles()).toHaveLength(1);
  expect(JSON.stringify(modelCalls.at(-1)!.prompt)).toContain("only 4 MiB of files are sent as data");
});
