import { describe, expect, test } from "vitest";
import { ends, modelCalls, says, setScript } from "../support/app/model.js";
import { clerkApi, namedModules, refusedFiles } from "../support/app/named.js";
import { api, setup, type App } from "../support/harness.js";
import { codeOf, rowCounts } from "../support/inspect.js";

const answer = [...says("Seen."), ...ends()];
const image = { mediaType: "image/png" };
const store = (app: App) => app.t.run((ctx) => ctx.storage.store(new Blob(["png"], { type: "image/png" })));

/** A thread with one message, and each way to send it a file. */
async function ways(app: App, caller: Pick<App, "query" | "mutation">, agent: typeof clerkApi) {
  const { createThread, sendMessage, resumeThread, addMessage, editMessage, listMessages } = agent;
  const messages = [{ role: "user" as const, prompt: "Hi" }];
  const threadId = await caller.mutation(createThread, { messages });
  const [message] = await caller.query(listMessages, { threadId });
  const role = "assistant" as const;
  return {
    createThread: (files: File[]) => caller.mutation(createThread, { files }),
    "createThread, in an earlier message": (files: File[]) =>
      caller.mutation(createThread, { messages: [...messages, { role, files }] }),
    sendMessage: (files: File[]) => caller.mutation(sendMessage, { threadId, files }),
    resumeThread: (files: File[]) => caller.mutation(resumeThread, { threadId, files }),
    addMessage: (files: File[]) => caller.mutation(addMessage, { threadId, role, files }),
    editMessage: (files: File[]) => caller.mutation(editMessage, { threadId, messageId: message!.id, files }),
  };
}
interface File {
  mediaType: string;
  url?: string;
  storageId?: string;
}
const WAYS = [
  "createThread",
  "createThread, in an earlier message",
  "sendMessage",
  "resumeThread",
  "addMessage",
  "editMessage",
] as const;

describe.each(WAYS)("%s", (way) => {
  test("refuses a file that is not in the app's storage", async () => {
    const app = setup();
    const send = (await ways(app, app, api))[way];
    const deleted = await store(app);
    await app.t.run((ctx) => ctx.storage.delete(deleted));
    const kept = await store(app);
    const inComponent = await app.inComponent((ctx) => ctx.storage.store(new Blob(["x"])));
    const before = await rowCounts(app);
    for (const storageId of [deleted, "", "nonsense", `${kept}x`, inComponent])
      expect(
        await codeOf(
          send([
            { ...image, storageId: kept },
            { ...image, storageId },
          ]),
        ),
      ).toBe("file_not_found");
    expect(await rowCounts(app)).toEqual(before);
    expect(await codeOf(send([{ ...image, storageId: kept }]))).toBeNull();
  });

  test("refuses a file that the app does not let the caller send, as one that is not there", async () => {
    const app = setup({ modules: namedModules });
    const send = (await ways(app, app.t.withIdentity({ subject: "anna" }), clerkApi))[way];
    const [mine, another] = [await store(app), await store(app)];
    refusedFiles.clear();
    refusedFiles.add(another);
    const before = await rowCounts(app);
    const refusal = async (storageId: string) =>
      send([{ ...image, storageId }]).then(String, (error: Error) =>
        error.message.replaceAll(storageId, "<id>"),
      );
    expect(await refusal(another)).toBe(await refusal("nonsense"));
    expect(await rowCounts(app)).toEqual(before);
    expect(await codeOf(send([{ ...image, storageId: mine }]))).toBeNull();
  });

  const refused = [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "ftp://example.org/x",
    "x.png",
    "/x.png",
    "//example.org/x.png",
    "",
    " JavaScript:alert(1)",
    "https://",
    "blob:https://example.org/1",
  ];
  test("takes only URLs that readers and the model can load", async () => {
    const app = setup();
    const send = (await ways(app, app, api))[way];
    for (const url of refused)
      expect([url, await codeOf(send([{ ...image, url }]))]).toEqual([url, "invalid_file"]);
    const files = ["https://example.org/x.png", "HTTP://example.org/x.png", "data:image/png;base64,AA=="];
    expect(await codeOf(send(files.map((url) => ({ ...image, url }))))).toBeNull();
  });
});

test("a thread in which an id that is no file's was stored earlier is read, and answered", async () => {
  const app = setup();
  setScript([answer]);
  const storageId = await store(app);
  const files = [{ ...image, filename: "p.png", storageId }];
  const threadId = await app.mutation(api.createThread, {
    messages: [{ role: "user", prompt: "See", files }],
  });
  await app.inComponent(async ({ db }) => {
    const [message] = await db.query("messages").collect();
    const parts = (message!.parts as object[]).map((part) =>
      "storageId" in part ? { ...part, storageId: "bad" } : part,
    );
    await db.patch("messages", message!._id, { parts });
  });
  await app.mutation(api.resumeThread, { threadId });
  await app.settle(threadId);
  const placeholder = "(The file p.png is not there any more.)";
  expect(await app.transcript(threadId)).toEqual([`user: ${placeholder}`, "user: See", "assistant: Seen."]);
  expect(JSON.stringify(modelCalls[0]!.prompt)).toContain(placeholder);
  const streamArgs = { kind: "messages", after: 0 } as const;
  const { messages } = await app.query(api.listMessagesWithStreams, { threadId, streamArgs });
  expect(JSON.stringify(messages)).toContain(placeholder);
});
