import { act, fireEvent, render, screen } from "@testing-library/react";
import { ConvexProvider } from "convex/react";
import { StrictMode } from "react";
import { beforeEach, describe, expect, test } from "vitest";
import { ThreadChat } from "../docs/app/src/ThreadChat.js";
import { createTransport } from "../docs/app/src/transport.js";
import { isAiSdk7 } from "../support/aiSdk.js";
import { delta, FakeChat, text } from "./support/fakeChat.js";
import { fromServer } from "./support/serverErrors.js";

let chat: FakeChat;
const calls: Record<string, unknown>[] = [];

beforeEach(() => {
  chat = new FakeChat();
  chat.createThread("t");
  calls.length = 0;
  chat.mutations["chat:sendMessage"] = ({ prompt, ...args }) => {
    calls.push({ name: "sendMessage", prompt, ...args });
    return ask(prompt as string);
  };
  for (const name of ["stopThread", "approveToolCall", "regenerate"])
    chat.mutations[`chat:${name}`] = (args) => {
      calls.push({ name, ...args });
      if (name === "stopThread") chat.move("t", { settled: "stopped" }, { turn: 1 });
      if (name === "approveToolCall") chat.settleCall("t", 1, { state: "approval-responded" });
      return null;
    };
});

/** A user's message begins the thread's first turn. */
function ask(prompt: string): string {
  chat.commitMessage("t", "user", { turn: 1, step: 0 }, text(prompt));
  chat.move("t", { running: "streaming" }, { turn: 1 });
  return "m1";
}

/** Lets what has arrived pass through the chat's streams. */
async function settle(change: () => void = () => {}): Promise<void> {
  await chat.commit(change);
  await act(() => new Promise((resolve) => setTimeout(resolve)));
  await chat.settle();
}

async function open(onData?: (part: unknown) => void) {
  const view = render(
    <StrictMode>
      <ConvexProvider client={chat.client}>
        <ThreadChat threadId="t" onData={onData} />
      </ConvexProvider>
    </StrictMode>,
  );
  await settle();
  return view;
}

const shown = () => [...document.querySelectorAll("p")].map((part) => part.textContent);
const cited = () => [...document.querySelectorAll("cite")].map((part) => part.textContent);
const press = async (name: string) => {
  fireEvent.click(screen.getByRole("button", { name }));
  await settle();
};
const toolCall = { type: "tool-charge_card", toolCallId: "c", input: {} } as const;

describe("useChat on a durable thread", () => {
  test("sends, streams and ends", async () => {
    await open();
    await press("Say hello");
    expect(calls).toMatchObject([
      { name: "sendMessage", threadId: "t", prompt: "Hello", key: expect.any(String) as string },
    ]);
    expect(screen.getByRole("button").textContent).toBe("Stop");
    await settle(() => {
      chat.openStream("t", { turn: 1, step: 1 });
      chat.flush("t", delta("Hi"));
    });
    expect(shown()).toEqual(["Hello", "Hi"]);
    await settle(() => chat.flush("t", delta(" you")));
    expect(shown()).toEqual(["Hello", "Hi you"]);
    await settle(() => {
      chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, text("Hi you."));
      chat.move("t", { settled: "completed" }, { turn: 1 });
    });
    expect(shown()).toEqual(["Hello", "Hi you."]);
    expect(screen.getByRole("button").textContent).toBe("Say hello");
    expect(chat.subscribed).toEqual([]);
  });

  test("resumes after a reload; unmounting stops nothing, and mounting resumes again", async () => {
    ask("Hello");
    chat.openStream("t", { turn: 1, step: 1 });
    chat.flush("t", delta("Hi"));
    const { unmount } = await open();
    expect(shown()).toEqual(["Hello", "Hi"]);
    await settle(() => chat.flush("t", delta(" you")));
    expect(shown()).toEqual(["Hello", "Hi you"]);
    unmount();
    await settle();
    expect(calls).toEqual([]);
    await open();
    await settle(() => chat.flush("t", delta(" there")));
    expect(shown()).toEqual(["Hello", "Hi you there"]);
  });

  test("shows data as it is written, in the place of what it replaces, and nothing twice", async () => {
    const seen: unknown[] = [];
    const onData = (part: unknown) => void seen.push(structuredClone(part));
    await open(onData);
    const sources = (...titles: string[]) => ({ type: "data-sources", id: "s", data: { titles } }) as const;
    const hint = { type: "data-hint", data: "soon", transient: true } as const;
    await press("Say hello");
    await settle(() => {
      chat.openStream("t", { turn: 1, step: 1 });
      chat.flush("t", sources("A"), hint, delta("Hi"));
    });
    expect(cited()).toEqual(["A"]);
    await settle(() => chat.flush("t", sources("A", "B")));
    expect(cited()).toEqual(["A, B"]);
    await settle(() => {
      const call = { type: "tool-search", toolCallId: "c", input: {}, state: "input-available" } as const;
      chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, [sources("A", "B"), ...text("Hi"), call]);
      chat.move("t", { running: "tools" }, { turn: 1 });
    });
    const written = (n: number, ...titles: string[]) => ({ n, ...sources(...titles), id: "w" });
    await settle(() => chat.writeData("t", "c", [written(1, "C")]));
    await settle(() => chat.writeData("t", "c", [written(2, "D"), { n: 3, ...hint, id: "h" }]));
    expect(cited()).toEqual(["A, B", "D"]);
    expect(seen).toMatchObject([
      hint,
      sources("A"),
      sources("A", "B"),
      { id: "w", data: { titles: ["C"] } },
      { ...hint, id: "h" },
      { id: "w", data: { titles: ["D"] } },
    ]);
  });

  test("stops the thread, and follows it no longer", async () => {
    await open();
    await press("Say hello");
    await settle(() => {
      chat.openStream("t", { turn: 1, step: 1 });
      chat.flush("t", delta("Hi"));
    });
    await press("Stop");
    expect(calls.at(-1)).toEqual({ name: "stopThread", threadId: "t" });
    expect(shown()).toEqual(["Hello", "Hi"]);
    expect(chat.subscribed).toEqual([]);
  });

  test("says what a turn has failed with", async () => {
    await open();
    await press("Say hello");
    await settle(() => chat.move("t", { settled: "failed" }, { turn: 1 }));
    expect(screen.getByRole("alert").textContent).toBe("The turn has failed.");
  });

  test("says in words that can be shown why a message was refused, until one is sent", async () => {
    const send = chat.mutations["chat:sendMessage"]!;
    chat.mutations["chat:sendMessage"] = () => {
      throw fromServer({ code: "thread_running", message: "The thread is running." });
    };
    await open();
    await press("Say hello");
    expect(screen.getByRole("alert").textContent).toBe("The thread is running.");
    chat.mutations["chat:sendMessage"] = send;
    await press("Say hello");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("says in words that can be shown why the answer cannot be followed", async () => {
    await open();
    chat.queries["chat:listMessagesWithStreams"] = () => {
      throw fromServer("Not yours.");
    };
    await press("Say hello");
    expect(screen.getByRole("alert").textContent).toBe("Not yours.");
  });

  test.each([
    ["before the answer", [], []],
    ["within the answer", [delta("Hi")], ["start", "start-step", "text-start", "text-delta"]],
  ])("an abort %s ends the stream and stops nothing", async (_when, streamed, sent) => {
    const abort = new AbortController();
    const sending = createTransport(chat.client).sendMessages({
      trigger: "submit-message",
      chatId: "t",
      messageId: undefined,
      messages: [{ id: "u", role: "user", parts: [{ type: "text", text: "Hello" }] }],
      abortSignal: abort.signal,
    });
    await settle();
    const chunks: string[] = [];
    const read = (await sending).pipeTo(new WritableStream({ write: ({ type }) => void chunks.push(type) }));
    await settle(() => {
      chat.openStream("t", { turn: 1, step: 1 });
      chat.flush("t", ...streamed);
    });
    abort.abort();
    await read;
    await settle();
    expect(chunks).toEqual(sent);
    expect(chat.subscribed).toEqual([]);
    expect(calls.map(({ name }) => name)).toEqual(["sendMessage"]);
  });

  test("removes a discarded attempt from the answer when that has ended, or at once with AI SDK 7", async () => {
    await open();
    await press("Say hello");
    await settle(() => {
      chat.openStream("t", { turn: 1, step: 1 });
      chat.flush("t", delta("Bad"));
    });
    await settle(() => chat.dropStream("t"));
    expect(shown()).toEqual(["Hello", "Bad"]);
    await settle(() => {
      chat.openStream("t", { turn: 1, step: 1 });
      chat.flush("t", delta("Good"));
    });
    expect(shown()).toEqual(isAiSdk7 ? ["Hello", "Good"] : ["Hello", "Bad", "Good"]);
    await settle(() => {
      chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, text("Good."));
      chat.move("t", { settled: "completed" }, { turn: 1 });
    });
    expect(shown()).toEqual(["Hello", "Good."]);
  });

  test("asks for an approval, sends it, and streams the rest, whether it was streamed before or not", async () => {
    await open();
    await press("Say hello");
    await settle(() => {
      const asked = { ...toolCall, state: "approval-requested" as const, approval: { id: "c" } };
      chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, [asked]);
      chat.move("t", { running: "tools" }, { turn: 1 });
    });
    await press("Approve");
    expect(calls.at(-1)).toEqual({ name: "approveToolCall", threadId: "t", toolCallId: "c" });
    expect(screen.queryByText("Approve")).toBeNull();
    expect(screen.getByRole("button").textContent).toBe("Stop");
    await settle(() => {
      chat.settleCall("t", 1, { state: "output-available", output: "ok" });
      chat.move("t", { running: "streaming" }, { turn: 1 });
    });
    await settle(() => {
      chat.commitMessage("t", "assistant", { turn: 1, step: 2 }, text("Charged."));
      chat.move("t", { settled: "completed" }, { turn: 1 });
    });
    expect(shown()).toEqual(["Hello", "Charged."]);
    expect(calls.filter(({ name }) => name === "approveToolCall")).toHaveLength(1);
  });
});
