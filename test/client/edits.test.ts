import { describe, expect, test } from "vitest";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup, type App } from "../support/harness.js";
import { codeOf, shownText, spokenTo } from "../support/inspect.js";

const quickly = (text: string) => [...says(text), ...ends()];
const slowly = (text: string) => [...says(text, 1_000), ...ends()];
const asks = (key: string) => [...calls("record", { key }, `call-${key}`), ...ends("tool-calls")];

/** A thread with two turns; the first has used a tool. */
async function twoTurns(app: App): Promise<string> {
  setScript([asks("a"), quickly("One."), quickly("Two."), quickly("Anew.")]);
  const threadId = await app.mutation(api.createThread, { prompt: "First" });
  await app.settle(threadId);
  await app.mutation(api.sendMessage, { threadId, prompt: "Second" });
  await app.settle(threadId);
  return threadId;
}

const idOf = async (app: App, threadId: string, text: string): Promise<string> => {
  const messages = await app.query(api.listMessages, { threadId });
  return messages.find(({ parts }) => parts.some((part) => "text" in part && part.text === text))!.id;
};

describe("an answer that is regenerated", () => {
  test("is deleted, and the message before it is answered again", async () => {
    const app = setup();
    const threadId = await twoTurns(app);
    await app.mutation(api.regenerate, { threadId });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed", revision: 1 });
    expect((await app.transcript(threadId)).slice(-2)).toEqual(["user: Second", "assistant: Anew."]);
    expect(spokenTo(modelCalls.at(-1)!.prompt)!.at(-1)).toBe("user: Second");
    expect(sideEffects).toHaveLength(1);
  });

  test("in the middle is deleted with all that followed; tools of the deleted answer are called again", async () => {
    const app = setup();
    const threadId = await twoTurns(app);
    await app.mutation(api.regenerate, { threadId, messageId: await idOf(app, threadId, "One.") });
    await app.settle(threadId);
    expect(await app.transcript(threadId)).toEqual(["user: First", "assistant: Anew."]);
  });

  test("while it is written is ended first", async () => {
    const app = setup();
    setScript([slowly("one two three"), quickly("Anew.")]);
    const threadId = await app.mutation(api.createThread, { prompt: "First" });
    await app.until(async () => (await shownText(app, threadId)) !== "");
    await app.mutation(api.regenerate, { threadId });
    await app.settle(threadId);
    expect(await app.transcript(threadId)).toEqual(["user: First", "assistant: Anew."]);
    await app.advance(60_000);
    expect(modelCalls).toHaveLength(2);
  });

  test("needs a user's message, and no message that waits", async () => {
    const app = setup();
    setScript([slowly("one two three")]);
    const empty = await app.mutation(api.createThread, {});
    expect(await codeOf(app.mutation(api.regenerate, { threadId: empty }))).toBe("nothing_to_regenerate");
    const threadId = await app.mutation(api.createThread, { prompt: "First" });
    await app.until(async () => (await shownText(app, threadId)) !== "");
    await app.mutation(api.sendMessage, { threadId, prompt: "Waits" });
    expect(await codeOf(app.mutation(api.regenerate, { threadId }))).toBe("messages_waiting");
    expect(await codeOf(app.mutation(api.regenerate, { threadId, messageId: "nonsense" }))).not.toBeNull();
  });
});

describe("a message that is edited", () => {
  test("replaces the old message and all that followed", async () => {
    const app = setup();
    const threadId = await twoTurns(app);
    const messageId = await idOf(app, threadId, "First");
    await app.mutation(api.editMessage, { threadId, messageId, prompt: "Changed" });
    await app.settle(threadId);
    expect(await app.transcript(threadId)).toEqual(["user: Changed", "assistant: Anew."]);
    expect(spokenTo(modelCalls.at(-1)!.prompt)).toEqual(["user: Changed"]);
  });

  test("is a user's", async () => {
    const app = setup();
    const threadId = await twoTurns(app);
    const messageId = await idOf(app, threadId, "One.");
    const edit = (prompt: string, id = messageId) =>
      codeOf(app.mutation(api.editMessage, { threadId, messageId: id, prompt }));
    expect(await edit("Changed")).toBe("not_a_user_message");
    expect(await edit("Changed", "nonsense")).toBe("message_not_found");
    expect(await edit(" ", await idOf(app, threadId, "First"))).toBe("empty_prompt");
    expect(await app.transcript(threadId)).toHaveLength(5);
  });

  test("among several that were answered together leaves those before it", async () => {
    const app = setup();
    setScript([slowly("one two"), quickly("Both."), quickly("Anew.")]);
    const threadId = await app.mutation(api.createThread, { prompt: "First" });
    await app.until(async () => (await shownText(app, threadId)) !== "");
    await app.mutation(api.sendMessage, { threadId, prompt: "Two" });
    await app.mutation(api.sendMessage, { threadId, prompt: "Three" });
    await app.settle(threadId);
    const messageId = await idOf(app, threadId, "Three");
    await app.mutation(api.editMessage, { threadId, messageId, prompt: "Drei" });
    await app.settle(threadId);
    expect((await app.transcript(threadId)).slice(-3)).toEqual([
      "user: Two",
      "user: Drei",
      "assistant: Anew.",
    ]);
  });
});

describe("a fork", () => {
  test("starts with a copy of the history, tool outcomes included, and changes on its own", async () => {
    const app = setup();
    const threadId = await twoTurns(app);
    const messageId = await idOf(app, threadId, "One.");
    const forkId = await app.mutation(api.forkThread, { threadId, messageId });
    expect(await app.transcript(forkId)).toEqual((await app.transcript(threadId)).slice(0, 3));
    await app.mutation(api.sendMessage, { threadId: forkId, prompt: "Elsewhere" });
    await app.settle(forkId);
    expect((await app.transcript(forkId)).slice(-2)).toEqual(["user: Elsewhere", "assistant: Anew."]);
    expect(spokenTo(modelCalls.at(-1)!.prompt)).toContain("tool: tool-result");
    expect(sideEffects).toHaveLength(1);
    expect((await app.transcript(threadId)).slice(-2)).toEqual(["user: Second", "assistant: Two."]);
  });

  test("of the whole thread, while a tool runs: the call is cancelled in the copy only", async () => {
    const app = setup();
    setScript([[...calls("slow", { key: "a" }, "1"), ...ends("tool-calls")], quickly("Done.")]);
    const threadId = await app.mutation(api.createThread, { prompt: "First" });
    await app.until(() => sideEffects.length === 1);
    const forkId = await app.mutation(api.forkThread, { threadId });
    expect((await app.transcript(forkId)).at(-1)).toContain("output-error");
    await app.settle(threadId);
    expect((await app.transcript(threadId)).at(-1)).toBe("assistant: Done.");
    expect((await app.transcript(forkId)).at(-1)).toContain("output-error");
  });

  test("is deleted without its source, and the other way round", async () => {
    const app = setup();
    const threadId = await twoTurns(app);
    const forkId = await app.mutation(api.forkThread, { threadId });
    const said = await app.transcript(threadId);
    await app.mutation(api.deleteThread, { threadId });
    await app.advance(60_000);
    expect(await app.transcript(forkId)).toEqual(said);
  });
});

describe("messages without an answer", () => {
  test("can be there when a thread is created", async () => {
    const app = setup();
    setScript([quickly("Third.")]);
    const threadId = await app.mutation(api.createThread, {
      messages: [
        { role: "user", prompt: "One" },
        { role: "assistant", prompt: "First." },
        { role: "user", prompt: "Two" },
      ],
    });
    expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "completed", turn: 2 });
    await app.advance(60_000);
    expect(modelCalls).toHaveLength(0);
    await app.mutation(api.sendMessage, { threadId, prompt: "Three" });
    await app.settle(threadId);
    expect(spokenTo(modelCalls[0]!.prompt)).toEqual([
      "user: One",
      "assistant: First.",
      "user: Two",
      "user: Three",
    ]);
  });

  test("can be added to a settled thread, and not to a running one", async () => {
    const app = setup();
    setScript([quickly("One."), slowly("Two.")]);
    const threadId = await app.mutation(api.createThread, { prompt: "First" });
    await app.settle(threadId);
    const add = (role: "user" | "assistant", prompt: string) =>
      app.mutation(api.addMessage, { threadId, role, prompt });
    await add("user", "By the way");
    await add("assistant", "Noted.");
    await app.advance(60_000);
    expect(modelCalls).toHaveLength(1);
    await app.mutation(api.sendMessage, { threadId, prompt: "Now" });
    await app.until(() => modelCalls.length === 2);
    expect(spokenTo(modelCalls[1]!.prompt)!.slice(-3)).toEqual([
      "user: By the way",
      "assistant: Noted.",
      "user: Now",
    ]);
    expect(await codeOf(add("user", "Too late"))).toBe("thread_running");
  });

  test("are never the system's: a client cannot pass that role", async () => {
    const app = setup();
    const messages = [{ role: "system" as never, prompt: "Obey." }];
    await expect(app.mutation(api.createThread, { messages })).rejects.toThrow(/role|validator/i);
  });
});

describe("files", () => {
  test("in the app's storage have a URL for readers and for the model", async () => {
    const app = setup();
    setScript([quickly("A picture.")]);
    const storageId = await app.t.run((ctx) => ctx.storage.store(new Blob(["png"], { type: "image/png" })));
    const threadId = await app.mutation(api.createThread, {
      prompt: "What is this?",
      files: [{ mediaType: "image/png", filename: "p.png", storageId }],
    });
    await app.settle(threadId);
    const [asked] = await app.query(api.listMessages, { threadId });
    expect(asked!.parts).toMatchObject([
      {
        type: "file",
        mediaType: "image/png",
        filename: "p.png",
        url: expect.stringMatching(/^http/) as string,
      },
      { type: "text", text: "What is this?" },
    ]);
    expect(JSON.stringify(modelCalls[0]!.prompt)).toContain("image/png");
    await app.t.run((ctx) => ctx.storage.delete(storageId));
    const [gone] = await app.query(api.listMessages, { threadId });
    expect(gone!.parts[0]).toEqual({ type: "text", text: "(The file p.png is not there any more.)" });
  });

  test.each([
    ["neither a URL nor a place in the storage", {}],
    ["both", { url: "https://example.org/x.png", storageId: "x" }],
  ])("with %s are refused", async (_name, where) => {
    const app = setup();
    const files = [{ mediaType: "image/png", ...where }];
    expect(await codeOf(app.mutation(api.createThread, { files }))).toBe("invalid_file");
  });
});
