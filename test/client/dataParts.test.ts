import { writeData, type DataPart, type StepInfo, type ToolCallIdentity } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { isAiSdk7 } from "../support/aiSdk.js";
import { component, defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { api, setup, type App } from "../support/harness.js";
import { codeOf, shownText, spokenTo } from "../support/inspect.js";
import { callsTool, setSyncTool } from "../support/tool.js";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const answer = [...says("Done."), ...ends()];
const slowly = [...says("one two three four", 1_000), ...ends()];
const source = (data: unknown, id?: string): DataPart => ({ type: "data-source", data, ...(id && { id }) });

/** Each attempt of the handler writes what this returns. */
function writing(parts: (step: StepInfo) => DataPart[], more: object = {}): void {
  overrides.options = (_ctx, _threadId, step) => {
    for (const part of parts(step)) step.writeData(part);
    return { ...defaultOptions, ...more };
  };
}

const isData = (part: { type: string }) => part.type.startsWith("data-");

/** The data parts of each of a thread's messages that has some. */
async function dataOf(app: App, threadId: string): Promise<unknown[]> {
  const messages = await app.query(api.listMessages, { threadId });
  return messages.map(({ parts }) => parts.filter(isData)).filter((parts) => parts.length > 0);
}

const shownData = async (app: App, threadId: string): Promise<unknown[]> => {
  const streamArgs = { kind: "deltas" as const };
  const { stream } = await app.query(api.listMessagesWithStreams, { threadId, streamArgs });
  return ((stream?.chunks ?? []) as { type: string }[]).filter(isData);
};

describe("data that a handler writes", () => {
  test("is shown as soon as text, stored with the answer in its place, and not sent to the model", async () => {
    const app = setup();
    let write: StepInfo["writeData"];
    overrides.options = (_ctx, _threadId, step) => {
      write = step.writeData;
      write(source("before"));
      return { ...defaultOptions, onChunk: () => write(source("while", "w")) };
    };
    setScript([slowly, answer]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.until(async () => (await shownText(app, threadId)) !== "");
    const shown = await shownData(app, threadId);
    expect(shown[0]).toEqual(source("before"));
    expect(shown.at(-1)).toEqual(source("while", "w"));
    await app.settle(threadId);
    const [, stored] = await app.query(api.listMessages, { threadId });
    // AI SDK 7 tells of a chunk before there is text of it.
    const whileSaid = isAiSdk7 ? ["data-source", "text"] : ["text", "data-source"];
    expect(stored!.parts.map(({ type }) => type)).toEqual(["data-source", ...whileSaid]);
    // The answer has ended.
    write!(source("late"));
    await app.mutation(api.sendMessage, { threadId, prompt: "Again" });
    await app.settle(threadId);
    expect(JSON.stringify(modelCalls.at(-1)!.prompt)).not.toContain("before");
  });

  test("takes the place of a part with its id, and is left out of the message if it is transient", async () => {
    const app = setup();
    writing(() => [
      source("first", "a"),
      source("other", "b"),
      source("second", "a"),
      { ...source("gone"), transient: true },
    ]);
    setScript([slowly]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.until(async () => (await shownText(app, threadId)) !== "");
    expect(await shownData(app, threadId)).toContainEqual({ ...source("gone"), transient: true });
    await app.settle(threadId);
    expect(await dataOf(app, threadId)).toEqual([[source("second", "a"), source("other", "b")]]);
  });

  test("of an attempt that is tried again is taken back", async () => {
    const app = setup();
    writing(({ attempt }) => [source(`attempt ${attempt}`)]);
    setScript([[...says("Half"), { throw: new TypeError("fetch failed") }], answer]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect(await dataOf(app, threadId)).toEqual([[source("attempt 2")]]);
  });

  test("stays with what was shown of an answer that is stopped, and goes with one that is regenerated", async () => {
    const app = setup();
    writing(({ turn }) => [source("old", "a"), source(turn, "a"), { ...source("gone"), transient: true }]);
    setScript([slowly, answer]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.until(async () => (await shownText(app, threadId)).includes("one"));
    await app.mutation(api.stopThread, { threadId });
    await app.settle(threadId);
    expect(await dataOf(app, threadId)).toEqual([[source(1, "a")]]);
    await app.mutation(api.regenerate, { threadId });
    await app.settle(threadId);
    expect(await dataOf(app, threadId)).toEqual([[source(3, "a")]]);
    const fork = await app.mutation(api.forkThread, { threadId });
    await app.settle(fork);
    expect(await dataOf(app, fork)).toEqual([[source(3, "a")]]);
  });

  test("is stored also where stopWhen ends the turn without a model call", async () => {
    const app = setup();
    writing(({ step }) => [source(`step ${step}`)], { stopWhen: () => true });
    setScript([[...calls("record", { key: "a" }, "a"), ...ends("tool-calls")]]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.settle(threadId);
    expect(await dataOf(app, threadId)).toEqual([[source("step 1")], [source("step 2")]]);
    expect(modelCalls).toHaveLength(1);
    setScript([answer]);
    overrides.options = null;
    await app.mutation(api.sendMessage, { threadId, prompt: "Again" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    expect(spokenTo(modelCalls.at(-1)!.prompt)).toEqual([
      "user: Go",
      "assistant: tool-call",
      "tool: tool-result",
      "user: Again",
    ]);
  });

  test("of a type that is not one of data fails the step with a code", async () => {
    const app = setup();
    writing(() => [{ type: "text" as never, data: 1 }]);
    setScript([answer]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    expect(await app.settle(threadId)).toMatchObject({
      status: "failed",
      error: { code: "invalid_data_part" },
    });
  });
});

/** A thread whose tool does this. */
async function running(
  run: (write: (part: DataPart) => Promise<boolean>, attempt: number) => Promise<unknown>,
) {
  const app = setup();
  setSyncTool({ identity: true } as never);
  program.run = (ctx, { toolCall }) => {
    const call = toolCall as ToolCallIdentity;
    return run((part) => writeData(ctx, component, call, part), call.attempt);
  };
  callsTool("a");
  return { app, threadId: await app.mutation(api.createThread, { prompt: "Go" }) };
}

/** What a client that follows the call has of its data. */
const followed = async (app: App, threadId: string) => {
  const streamArgs = { kind: "toolCall" as const, turn: 1, step: 1, index: 0 };
  const { toolCall } = await app.query(api.listMessagesWithStreams, { threadId, streamArgs });
  return toolCall?.data;
};

describe.each([0, 15_000])("data that a tool writes, with a slice of %i ms,", (slice) => {
  test("is shown while it runs, stays with its call, and is not sent to the model", async () => {
    overrides.slice = slice;
    const written: boolean[] = [];
    const { app, threadId } = await running(async (write) => {
      written.push(await write(source({ $page: 1n }, "p")));
      written.push(await write({ ...source("hint"), transient: true }));
      await wait(5_000);
      written.push(await write(source({ $page: 2n }, "p")), await write(source("more")));
      await wait(5_000);
      return "found";
    });
    await app.until(() => written.length === 2);
    expect(await followed(app, threadId)).toMatchObject([
      { n: 1, id: "p" },
      { n: 2, data: "hint", transient: true },
    ]);
    const [shown] = (await dataOf(app, threadId)) as [{ id: string }[]];
    expect(shown.map(({ id }) => id)).toEqual(["p"]);
    await app.until(() => written.length === 4);
    expect(await followed(app, threadId)).toMatchObject([
      { n: 3, id: "p" },
      { n: 2 },
      { n: 4, data: "more" },
    ]);
    await app.settle(threadId);
    expect(written).toEqual([true, true, true, true]);
    const kept = [
      { type: "data-source", id: "p", data: { "~%24page": 2n }, writtenBy: "a" },
      { type: "data-source", id: "a-4", data: "more", writtenBy: "a" },
    ];
    expect(await dataOf(app, threadId)).toEqual([kept]);
    expect(JSON.stringify(modelCalls.at(-1)!.prompt)).not.toContain("more");
    const fork = await app.mutation(api.forkThread, { threadId });
    await app.settle(fork);
    expect(await dataOf(app, fork)).toEqual([kept]);
  });

  test("of an attempt that failed is taken back, and a superseded attempt writes nothing", async () => {
    overrides.slice = slice;
    const written: [number, boolean][] = [];
    let late: (() => Promise<boolean>) | undefined;
    const { app, threadId } = await running(async (write, attempt) => {
      if (attempt === 1) {
        written.push([attempt, await write(source("of the first"))]);
        late = () => write(source("too late"));
        throw new Error("once");
      }
      written.push([attempt, await late!()], [attempt, await write(source("of the second"))]);
      await wait(5_000);
      return "done";
    });
    await app.until(() => written.length === 3);
    expect(await followed(app, threadId)).toMatchObject([{ n: 2, data: "of the second" }]);
    await app.settle(threadId);
    expect(written).toEqual([
      [1, true],
      [2, false],
      [2, true],
    ]);
    expect(await dataOf(app, threadId)).toMatchObject([[{ data: "of the second" }]]);
  });

  test("before a stop is kept, and after it nothing is written", async () => {
    overrides.slice = slice;
    const written: boolean[] = [];
    const { app, threadId } = await running(async (write) => {
      written.push(await write(source("before")));
      await wait(5_000);
      written.push(await write(source("after")));
    });
    await app.until(() => written.length === 1);
    await app.mutation(api.stopThread, { threadId });
    await app.settle(threadId);
    await app.advance(60_000);
    expect(written).toEqual([true, false]);
    expect(await dataOf(app, threadId)).toMatchObject([[{ data: "before" }]]);
    await app.mutation(api.regenerate, { threadId });
    await app.until(() => written.length === 3);
    await app.mutation(api.stopThread, { threadId });
    await app.settle(threadId);
    expect(await dataOf(app, threadId)).toMatchObject([[{ data: "before" }]]);
  });
});

test("a tool's data has a bound in bytes, and of transient parts the newest are kept", async () => {
  const codes: (string | null)[] = [];
  const { app, threadId } = await running(async (write) => {
    codes.push(await codeOf(write(source("x".repeat(300 * 1024)))));
    codes.push(await codeOf(write({ type: "data-" } as never)));
    for (let n = 0; n < 30; n++) await write({ ...source(n), transient: true });
    await wait(5_000);
  });
  await app.until(async () => ((await followed(app, threadId)) as unknown[] | undefined)?.length === 20);
  expect(codes).toEqual(["data_too_large", "invalid_data_part"]);
  await app.settle(threadId);
  expect(await dataOf(app, threadId)).toEqual([]);
});

describe("data of a user's message", () => {
  test("is stored with it, decoded for readers, and sent to the model as the handler converts it", async () => {
    const app = setup();
    setScript([answer]);
    overrides.options = {
      ...defaultOptions,
      convertDataPart: ({ type, data }) =>
        type === "data-page" ? { type: "text", text: `(on ${String(data)})` } : undefined,
    };
    const data = [
      { type: "data-page", data: "/cart" },
      { type: "data-private", id: "x", data: { deep: [1] } },
    ];
    const threadId = await app.mutation(api.createThread, { prompt: "Help", data });
    await app.settle(threadId);
    expect(await dataOf(app, threadId)).toEqual([data]);
    expect(spokenTo(modelCalls[0]!.prompt)).toEqual(["user: Help", "user: (on /cart)"]);
    await app.mutation(api.sendMessage, { threadId, data: data.slice(0, 1) });
    await app.settle(threadId);
    expect(spokenTo(modelCalls[1]!.prompt)!.at(-1)).toBe("user: (on /cart)");
  });

  test.each([
    [{ type: "text", data: 1 }],
    [{ type: "data-", data: 1 }],
    [{ type: "data-a b", data: 1 }],
    [{ type: "data-a", id: "", data: 1 }],
    Array.from({ length: 101 }, () => ({ type: "data-a", data: 1 })),
  ])("is refused if it is not a list of data parts", async (...data) => {
    const app = setup();
    setScript([answer]);
    const threadId = await app.mutation(api.createThread, {});
    expect(await codeOf(app.mutation(api.sendMessage, { threadId, prompt: "Go", data }))).toBe(
      "invalid_data_part",
    );
  });
});
