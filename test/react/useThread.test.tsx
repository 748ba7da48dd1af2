import { act } from "@testing-library/react";
import type { MessagesWithStreams } from "convex-durable-agents";
import { getMessageKey, useThread, type AgentMessage, type DataPart } from "convex-durable-agents/react";
import { beforeEach, describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api.js";
import { delta, FakeChat, text } from "./support/fakeChat.js";
import { renderOn } from "./support/render.js";

let chat: FakeChat;
beforeEach(() => {
  chat = new FakeChat();
  chat.createThread("t");
  chat.commitMessage("t", "user", { turn: 1, step: 0 }, text("hello"));
});

const streaming = { running: "streaming" } as const;
const wordsOf = (messages: AgentMessage[]) =>
  messages.map(({ parts }) => parts.map((part) => (part.type === "text" ? part.text : "")).join(""));

/** Renders the hook and notes what each render that reached the screen showed. */
async function follow(threadId = "t", options: Parameters<typeof useThread>[3] = {}) {
  const seen: string[] = [];
  const rendered = renderOn(
    chat,
    (props: { threadId: string }) => {
      const { listMessagesWithStreams, getThread } = api.chat;
      const args = props.threadId === "skip" ? "skip" : { threadId: props.threadId };
      const thread = useThread(listMessagesWithStreams, getThread, args, options);
      const now = wordsOf(thread.messages).join("|");
      if (seen.at(-1) !== now) seen.push(now);
      return thread;
    },
    { initialProps: { threadId } },
  );
  await chat.settle();
  return { ...rendered, seen };
}

const deltasDelivered = () =>
  chat.deliveries.flatMap(({ value }) => {
    const { stream } = (value ?? {}) as MessagesWithStreams;
    return (stream?.chunks ?? []) as unknown[];
  });

async function say(...words: string[]) {
  for (const word of words) await chat.commit(() => chat.flush("t", delta(word)));
}

const begin = () =>
  chat.commit(() => {
    chat.move("t", streaming, { turn: 1, generation: 1 });
    chat.openStream("t", { turn: 1, step: 1 });
  });

describe("an answer", () => {
  test("appears while it is streamed, and its committed message replaces it without a flicker", async () => {
    const { result, seen } = await follow();
    await begin();
    await say("Good", " morning", ".");
    const key = getMessageKey(result.current.messages[1]!);
    await chat.commit(() => {
      chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, text("Good morning."));
      chat.move("t", { settled: "completed" });
    });
    expect(seen).toEqual(["", "hello", "hello|Good", "hello|Good morning", "hello|Good morning."]);
    expect(getMessageKey(result.current.messages[1]!)).toBe(key);
    expect(result.current).toMatchObject({ status: "completed", isComplete: true, isRunning: false });
  });

  test("stays while the message is asked for whole, where a reader missed its last words", async () => {
    const { seen } = await follow();
    await begin();
    await say("Good", " morning");
    await chat.commit(() => {
      chat.flush("t", delta(", reader"));
      chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, text("Good morning, reader."));
      chat.move("t", { settled: "completed" });
    });
    expect(seen.slice(3)).toEqual(["hello|Good morning", "hello|Good morning, reader."]);
  });

  test("keeps a step whose message is asked for whole, while the next one begins", async () => {
    const { seen } = await follow();
    await begin();
    await say("One");
    await chat.commit(() => {
      chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, text("One."));
      chat.move("t", streaming, { generation: 2 });
      chat.openStream("t", { turn: 1, step: 2 });
      chat.flush("t", delta("Two"));
    });
    await say("!");
    expect(seen.slice(2)).toEqual(["hello|One", "hello|One.Two", "hello|One.Two!"]);
  });

  test("is read once, and nothing committed is read for it", async () => {
    await follow();
    await begin();
    const before = chat.deliveries.length;
    const words = "a durable turn is a row in a table and a job in a queue".split(/(?= )/);
    await say(...words);
    expect(deltasDelivered()).toEqual(words.map((word) => delta(word)));
    const others = chat.deliveries
      .slice(before)
      .filter(({ args }) => !JSON.stringify(args).includes("deltas"));
    expect(others).toEqual([]);
  });

  test("goes on where it is, for a reader who comes in the middle", async () => {
    await begin();
    await say("Good", " morning");
    const { result, seen } = await follow();
    await say(", reader.");
    expect(wordsOf(result.current.messages)).toEqual(["hello", "Good morning, reader."]);
    expect(seen).toEqual(["", "hello|Good morning", "hello|Good morning, reader."]);
  });

  test("that is stopped keeps what was shown", async () => {
    const { result, seen } = await follow();
    await begin();
    await say("Good", " mor");
    await chat.commit(() => {
      chat.commitMessage("t", "assistant", { turn: 1, step: 1, partial: true }, text("Good mor"));
      chat.move("t", { settled: "stopped" });
    });
    expect(seen.at(-1)).toBe("hello|Good mor");
    expect(seen).toHaveLength(4);
    expect(result.current.messages[1]?.metadata?.partial).toBe(true);
    expect(result.current.isStopped).toBe(true);
  });

  test("that is retried is replaced at once, and does not flicker", async () => {
    const { seen } = await follow();
    await begin();
    await say("Good", " night");
    await chat.commit(() => {
      chat.dropStream("t");
      chat.move("t", { running: "backoff" });
    });
    await chat.commit(() => {
      chat.move("t", streaming, { generation: 2, attempt: 2 });
      chat.openStream("t", { turn: 1, step: 1 });
    });
    await say("Good", " day");
    expect(seen.slice(2)).toEqual(["hello|Good", "hello|Good night", "hello|Good", "hello|Good day"]);
  });

  test("of which nothing was kept goes when its turn ends", async () => {
    const { result } = await follow();
    await begin();
    await say("Good");
    await chat.commit(() => {
      chat.dropStream("t");
      chat.move("t", { settled: "failed" }, { error: { code: "provider", message: "No." } });
    });
    expect(wordsOf(result.current.messages)).toEqual(["hello"]);
    expect(result.current.isFailed).toBe(true);
  });

  test("of several steps is one message, its tools with their outcomes", async () => {
    const { result } = await follow();
    await begin();
    await chat.commit(() =>
      chat.flush("t", { type: "tool-input-available", toolCallId: "c", toolName: "look", input: { at: 1 } }),
    );
    const call = { type: "tool-look" as const, toolCallId: "c", input: { at: 1 } };
    expect(result.current.messages[1]?.parts[1]).toMatchObject({ ...call, state: "input-available" });
    await chat.commit(() => {
      chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, [
        { ...call, state: "output-available", output: { seen: true } },
      ]);
      chat.move("t", streaming, { generation: 2 });
      chat.openStream("t", { turn: 1, step: 2 });
    });
    await say("I saw it.");
    expect(result.current.messages).toHaveLength(2);
    expect(result.current.messages[1]?.parts).toMatchObject([
      { type: "step-start" },
      { ...call, state: "output-available", output: { seen: true } },
      { type: "step-start" },
      { type: "text", text: "I saw it." },
    ]);
  });

  test("is not streamed with stream: false", async () => {
    const { result } = await follow("t", { stream: false });
    await begin();
    await say("Good");
    expect(wordsOf(result.current.messages)).toEqual(["hello"]);
    expect(JSON.stringify(chat.subscribed)).not.toContain("deltas");
    await chat.commit(() => {
      chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, text("Good morning."));
      chat.move("t", { settled: "completed" });
    });
    expect(wordsOf(result.current.messages)).toEqual(["hello", "Good morning."]);
  });
});

describe("a reader", () => {
  test("sees nothing of the thread before when it switches to another", async () => {
    chat.createThread("other");
    chat.commitMessage("other", "user", { turn: 1, step: 0 }, text("elsewhere"));
    const { result, rerender, seen } = await follow();
    await begin();
    await say("Good");
    rerender({ threadId: "other" });
    expect(result.current).toMatchObject({ isLoading: true, messages: [], thread: null });
    await chat.settle();
    expect(seen.slice(3)).toEqual(["", "elsewhere"]);
    rerender({ threadId: "t" });
    await chat.settle();
    expect(wordsOf(result.current.messages)).toEqual(["hello", "Good"]);
  });

  test("leaves no subscription behind when it goes in the middle of an answer", async () => {
    const { unmount } = await follow();
    await begin();
    await say("Good");
    expect(chat.subscribed.length).toBeGreaterThan(0);
    unmount();
    expect(chat.subscribed).toEqual([]);
    await say(" morning");
  });

  test("that skips follows nothing", async () => {
    const { result } = await follow("skip");
    expect(chat.subscribed).toEqual([]);
    expect(result.current).toMatchObject({ isLoading: false, messages: [], thread: null, isRunning: false });
  });

  test("of a thread that does not exist, or is deleted, has null", async () => {
    const { result } = await follow();
    await chat.commit(() => chat.deleteThread("t"));
    expect(result.current).toMatchObject({ isLoading: false, thread: null, messages: [], error: undefined });
  });

  test("has a query's failure as a value", async () => {
    chat.queries["chat:getThread"] = () => {
      throw new Error("Not yours.");
    };
    const { result } = await follow();
    expect(result.current.error?.message).toBe("Not yours.");
    expect(result.current.isLoading).toBe(false);
  });
});

test("a long thread comes page by page, and what was shown stays when more arrives", async () => {
  for (let turn = 2; turn <= 10; turn++) chat.commitMessage("t", "user", { turn, step: 0 }, text(`${turn}`));
  const { result } = await follow("t", { pageSize: 4 });
  expect(wordsOf(result.current.messages)).toEqual(["7", "8", "9", "10"]);
  expect(result.current.hasMore).toBe(true);
  await chat.commit(() => chat.commitMessage("t", "user", { turn: 11, step: 0 }, text("11")));
  expect(wordsOf(result.current.messages)).toEqual(["7", "8", "9", "10", "11"]);
  act(() => {
    result.current.loadMore();
    result.current.loadMore();
  });
  expect(result.current.isLoadingMore).toBe(true);
  await chat.settle();
  expect(wordsOf(result.current.messages)).toEqual(["3", "4", "5", "6", "7", "8", "9", "10", "11"]);
  act(() => result.current.loadMore());
  await chat.settle();
  expect(wordsOf(result.current.messages)[0]).toBe("hello");
  expect(result.current).toMatchObject({ hasMore: false, isLoadingMore: false });
});

test("messages that were deleted are gone with the revision, and nothing flickers meanwhile", async () => {
  chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, text("Wrong."));
  const { result, seen } = await follow();
  expect(wordsOf(result.current.messages)).toEqual(["hello", "Wrong."]);
  await chat.commit(() => {
    chat.takeOut("t", 1);
    chat.move("t", streaming, { turn: 2, generation: 2 });
  });
  expect(wordsOf(result.current.messages)).toEqual(["hello"]);
  await chat.commit(() => {
    chat.commitMessage("t", "assistant", { turn: 2, step: 1 }, text("Right."));
    chat.move("t", { settled: "completed" });
  });
  expect(wordsOf(result.current.messages)).toEqual(["hello", "Right."]);
  expect(seen).toEqual(["", "hello|Wrong.", "hello", "hello|Right."]);
});

test("an outcome that comes later is shown, and is queried by itself", async () => {
  const call = { type: "tool-look" as const, toolCallId: "c", state: "input-available" as const, input: {} };
  chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, [call]);
  const { result } = await follow();
  const pages = () => chat.deliveries.filter(({ args }) => !("streamArgs" in args) && "limit" in args).length;
  const before = pages();
  await chat.commit(() => chat.settleCall("t", 1, { state: "output-available", output: 7 }));
  expect(result.current.messages[1]!.parts[1]).toMatchObject({ state: "output-available", output: 7 });
  expect(pages()).toBe(before);
  expect(JSON.stringify(chat.subscribed)).not.toContain("toolCall");
});

test("data is given to the app as it arrives, each write once, and the message has what is left of it", async () => {
  const seen: DataPart[] = [];
  const { result } = await follow("t", { onData: (part) => void seen.push(part) });
  await begin();
  const note = (data: number, more: object = {}) => ({ type: "data-note", data, ...more }) as const;
  await chat.commit(() => chat.flush("t", note(1, { id: "a" }), note(2, { transient: true })));
  await chat.commit(() => chat.flush("t", note(3, { id: "a" }), delta("Hi")));
  const partsOf = () => result.current.messages[1]!.parts.filter(({ type }) => type === "data-note");
  expect(partsOf()).toEqual([note(3, { id: "a" })]);
  const call = { type: "tool-search", toolCallId: "c", input: {}, state: "input-available" } as const;
  await chat.commit(() => {
    chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, [note(3, { id: "a" }), ...text("Hi"), call]);
    chat.move("t", { running: "tools" }, { turn: 1 });
  });
  await chat.commit(() => chat.writeData("t", "c", [{ n: 1, ...note(4), id: "c-1" }]));
  await chat.commit(() =>
    chat.writeData("t", "c", [
      { n: 1, ...note(4), id: "c-1" },
      { n: 2, ...note(5, { transient: true }), id: "c-2" },
    ]),
  );
  expect(partsOf()).toMatchObject([note(3), note(4)]);
  // The next attempt takes back what the last one wrote.
  await chat.commit(() => chat.writeData("t", "c", []));
  expect(partsOf()).toMatchObject([note(3)]);
  expect(seen.map(({ data }) => data)).toEqual([1, 2, 3, 4, 5]);
});
