import { act } from "@testing-library/react";
import { describeError, useAgentChat, useMessages, useThreadStatus } from "convex-durable-agents/react";
import { ConvexError } from "convex/values";
import { beforeEach, describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api.js";
import { FakeChat, text } from "./support/fakeChat.js";
import { renderOn } from "./support/render.js";
import { fromServer } from "./support/serverErrors.js";

let chat: FakeChat;
const calls: Record<string, unknown>[] = [];
beforeEach(() => {
  chat = new FakeChat();
  chat.createThread("t");
  calls.length = 0;
  for (const name of ["sendMessage", "stopThread", "resumeThread", "addToolResult", "addToolError"])
    chat.mutations[`chat:${name}`] = (args) => {
      calls.push({ name, ...args });
      return null;
    };
});

const { listMessagesWithStreams, getThread, sendMessage, stopThread, resumeThread } = api.chat;
const functions = { listMessages: listMessagesWithStreams, getThread, sendMessage, stopThread, resumeThread };
const { addToolResult, addToolError } = api.chat;

async function open(more: object = {}) {
  const rendered = renderOn(
    chat,
    (props: { threadId: string | null }) => useAgentChat({ ...functions, ...more, threadId: props.threadId }),
    { initialProps: { threadId: "t" } },
  );
  await chat.settle();
  return rendered;
}

describe("useAgentChat", () => {
  test("shows a sent message at once, and once", async () => {
    const { result } = await open();
    chat.mutations["chat:sendMessage"] = ({ prompt }) => {
      chat.commitMessage("t", "user", { turn: 1, step: 0 }, text(prompt as string));
      chat.move("t", { running: "queued" }, { turn: 1 });
      return null;
    };
    let sent: Promise<boolean>;
    act(() => void (sent = result.current.sendMessage("hello")));
    expect(result.current.messages).toMatchObject([
      { role: "user", parts: [{ text: "hello" }], metadata: { pending: true, queued: false } },
    ]);
    await chat.settle();
    await expect(sent!).resolves.toBe(true);
    expect(result.current.messages).toMatchObject([
      { parts: [{ text: "hello" }], metadata: { pending: false, queued: false } },
    ]);
    expect(result.current.isRunning).toBe(true);
  });

  test("shows a message that is sent while a turn runs as queued, behind the answer", async () => {
    chat.commitMessage("t", "user", { turn: 1, step: 0 }, text("hello"));
    chat.move("t", { running: "streaming" }, { turn: 1 });
    const { result } = await open();
    act(() => void result.current.sendMessage("and?"));
    expect(result.current.messages[1]).toMatchObject({ metadata: { pending: true, queued: true, turn: 2 } });
    await chat.settle();
  });

  test("takes a message back that the server refused, and says why", async () => {
    const { result } = await open();
    let refused: unknown;
    chat.mutations["chat:sendMessage"] = ({ key }) => {
      refused = key;
      throw fromServer({ code: "empty_prompt", message: "The prompt is empty." });
    };
    let sent: Promise<boolean>;
    act(() => void (sent = result.current.sendMessage(" ")));
    await chat.settle();
    await expect(sent!).resolves.toBe(false);
    expect(result.current.messages).toEqual([]);
    expect(result.current.actionError).toMatchObject({
      action: "sendMessage",
      code: "empty_prompt",
      message: "The prompt is empty.",
    });

    chat.mutations["chat:sendMessage"] = (args) => calls.push(args);
    act(() => void result.current.actionError?.retry());
    await chat.settle();
    expect(result.current.actionError).toBeNull();
    expect(calls).toMatchObject([{ threadId: "t", prompt: " " }]);
    expect(calls[0]!.key, "sent again, it is the same message").toBe(refused);
  });

  test("keeps each of the messages that were refused together, as after a time offline, until it is sent", async () => {
    const { result } = await open();
    let isOffline = true;
    chat.mutations["chat:sendMessage"] = (args) => {
      if (isOffline) throw fromServer("Sign in again.");
      calls.push(args);
    };
    act(() => {
      void result.current.sendMessage("one");
      void result.current.sendMessage("two");
    });
    await chat.settle();
    expect(result.current.actionError).toMatchObject({ code: "app_error", message: "Sign in again." });
    isOffline = false;
    act(() => void result.current.actionError?.retry());
    await chat.settle();
    expect(calls).toMatchObject([{ prompt: "two" }]);
    act(() => void result.current.actionError?.retry());
    await chat.settle();
    expect(calls).toMatchObject([{ prompt: "two" }, { prompt: "one" }]);
    expect(result.current.actionError).toBeNull();
  });

  test("keeps a failure while a later action is under way, and forgets it when that has succeeded", async () => {
    const { result } = await open();
    chat.mutations["chat:sendMessage"] = () => {
      throw fromServer("Sign in again.");
    };
    act(() => void result.current.sendMessage("one"));
    await chat.settle();
    act(() => void result.current.stop());
    expect(result.current.actionError).toMatchObject({ action: "sendMessage" });
    await chat.settle();
    expect(result.current.actionError).toBeNull();
  });

  test("has an error that can be shown when a query has failed", async () => {
    chat.queries["chat:getThread"] = () => {
      throw fromServer({ code: "thread_not_found", message: "There is no such thread." });
    };
    const { result } = await open();
    expect(result.current.error?.message).toBe("There is no such thread.");
    expect(describeError(result.current.error)).toMatchObject({ code: "thread_not_found" });
    expect(result.current.error?.cause).toBeInstanceOf(ConvexError);
  });

  test("stops, resumes and answers tools, with the thread's id included", async () => {
    const { result } = await open({ addToolResult, addToolError });
    act(() => {
      void result.current.stop();
      void result.current.resume();
      void result.current.resume("go on");
      void result.current.addToolResult?.("c1", { $key: undefined, at: new Date(0) });
      void result.current.addToolError?.("c2", "no");
    });
    await chat.settle();
    expect(calls).toEqual([
      { name: "stopThread", threadId: "t" },
      { name: "resumeThread", threadId: "t", prompt: undefined },
      { name: "resumeThread", threadId: "t", prompt: "go on" },
      {
        name: "addToolResult",
        threadId: "t",
        toolCallId: "c1",
        result: { at: "1970-01-01T00:00:00.000Z" },
      },
      { name: "addToolError", threadId: "t", toolCallId: "c2", error: "no" },
    ]);
  });

  test("answers tools only where it is given the functions", async () => {
    const { result } = await open();
    expect(result.current.addToolResult).toBeUndefined();
    expect(result.current.addToolError).toBeUndefined();
  });

  test("acts on the thread it shows, and forgets the errors of another", async () => {
    chat.createThread("other");
    chat.mutations["chat:stopThread"] = () => {
      throw new Error("No.");
    };
    const { result, rerender } = await open();
    act(() => void result.current.stop());
    await chat.settle();
    expect(result.current.actionError?.action).toBe("stop");
    rerender({ threadId: "other" });
    await chat.settle();
    expect(result.current.actionError).toBeNull();
    act(() => void result.current.sendMessage("hi"));
    await chat.settle();
    expect(calls).toMatchObject([{ name: "sendMessage", threadId: "other", prompt: "hi" }]);
  });

  test.each(["skip", null])("with %j follows nothing, and an action fails as a value", async (threadId) => {
    const { result, rerender } = await open();
    rerender({ threadId });
    expect(chat.subscribed).toEqual([]);
    await act(() => result.current.stop());
    expect(result.current.actionError).toMatchObject({
      code: "thread_not_found",
      message: "There is no thread yet.",
    });
    act(() => result.current.clearActionError());
    expect(result.current.actionError).toBeNull();
  });

  test("has the same actions until one of its functions is another one", async () => {
    const { result, rerender } = renderOn(
      chat,
      ({ stop }: { stop: "stopThread" | "resumeThread" }) =>
        useAgentChat({
          listMessages: api.chat.listMessagesWithStreams,
          getThread: api.chat.getThread,
          sendMessage: api.chat.sendMessage,
          stopThread: api.chat[stop],
          resumeThread: api.chat.resumeThread,
          threadId: "t",
        }),
      { initialProps: { stop: "stopThread" } },
    );
    await chat.settle();
    const { stop } = result.current;
    rerender({ stop: "stopThread" });
    expect(result.current.stop).toBe(stop);
    rerender({ stop: "resumeThread" });
    act(() => void result.current.stop());
    await chat.settle();
    expect(calls).toEqual([{ name: "resumeThread", threadId: "t" }]);
  });
});

test("useThreadStatus follows a thread's status", async () => {
  const { result } = renderOn(chat, () => useThreadStatus(getThread, { threadId: "t" }));
  expect(result.current).toMatchObject({
    isLoading: true,
    thread: null,
    status: "completed",
    isComplete: false,
  });
  await chat.settle();
  expect(result.current).toMatchObject({ isLoading: false, isComplete: true });
  await chat.commit(() => chat.move("t", { running: "tools" }));
  expect(result.current).toMatchObject({
    status: "awaiting_tool_results",
    isRunning: true,
    isComplete: false,
  });
});

test("useMessages folds the committed messages", async () => {
  chat.commitMessage("t", "user", { turn: 1, step: 0 }, text("hello"));
  chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, text("one"));
  chat.commitMessage("t", "assistant", { turn: 1, step: 2 }, text("two"));
  const { result } = renderOn(chat, () => useMessages(api.chat.listMessages, getThread, { threadId: "t" }));
  expect(result.current.isLoading).toBe(true);
  await chat.settle();
  expect(result.current.isLoading).toBe(false);
  expect(result.current.thread?._id).toBe("t");
  expect(result.current.messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
});

test("useMessages and useThreadStatus can be skipped", async () => {
  const { result } = renderOn(chat, () => [
    useMessages(api.chat.listMessages, getThread, "skip"),
    useThreadStatus(getThread, "skip"),
  ]);
  await chat.settle();
  expect(chat.subscribed).toEqual([]);
  for (const skipped of result.current) expect(skipped).toMatchObject({ isLoading: false, thread: null });
});
