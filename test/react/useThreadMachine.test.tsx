import { act } from "@testing-library/react";
import { useThreadMachine, type StatelyInspector } from "convex-durable-agents/react";
import { threadMachine } from "convex-durable-agents/machines";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { api } from "../../example/convex/_generated/api.js";
import { FakeChat } from "./support/fakeChat.js";
import { renderOn } from "./support/render.js";

let chat: FakeChat;
beforeEach(() => {
  chat = new FakeChat();
  chat.createThread("t");
});

async function follow() {
  const rendered = renderOn(
    chat,
    (props: { threadId: string | null }) =>
      useThreadMachine(api.chat.getThread, props.threadId === null ? "skip" : { threadId: props.threadId }),
    { initialProps: { threadId: "t" } },
  );
  await chat.settle();
  return rendered;
}

const turn = async () => {
  await chat.commit(() => chat.move("t", { running: "queued" }, { turn: 1, generation: 1 }));
  await chat.commit(() => chat.move("t", { running: "streaming" }, { lease: "l" }));
  await chat.commit(() => chat.move("t", { settled: "completed" }, { lease: null }));
};

const steps = (transitions: { from: string | null; to: string }[]) =>
  transitions.map(({ from, to }) => [from, to]);

describe("useThreadMachine", () => {
  test("says where the thread is, what it waits for and what it accepts", async () => {
    const { result } = await follow();
    expect(result.current).toMatchObject({ state: "settled.idle", status: "completed", waitsFor: null });
    await chat.commit(() => {
      chat.move("t", { running: "backoff" });
      chat.due("t", 5_000);
    });
    expect(result.current).toMatchObject({ waitsFor: "the next attempt", waitsUntil: 5_000 });
    await chat.commit(() => {
      chat.move("t", { running: "tools" });
      chat.due("t", null);
    });
    expect(result.current).toMatchObject({
      state: "running.tools",
      status: "awaiting_tool_results",
      waitsFor: "the outcomes of its tool calls",
      waitsUntil: null,
    });
    expect(result.current.events).toContain("TOOLS_SETTLED");
    expect(result.current.snapshot?.value).toEqual({ running: "tools" });
  });

  test("observes each transition once", async () => {
    const { result } = await follow();
    await turn();
    expect(steps(result.current.transitions)).toEqual([
      [null, "settled.idle"],
      ["settled.idle", "running.queued"],
      ["running.queued", "running.streaming"],
      ["running.streaming", "settled.completed"],
    ]);
  });

  test("starts over with another thread, and follows nothing when it skips", async () => {
    chat.createThread("other");
    const { result, rerender } = await follow();
    await turn();
    rerender({ threadId: "other" });
    expect(result.current.transitions).toEqual([]);
    await chat.settle();
    expect(steps(result.current.transitions)).toEqual([[null, "settled.idle"]]);
    rerender({ threadId: null });
    expect(result.current).toMatchObject({ state: null, snapshot: null, events: [], transitions: [] });
    expect(chat.subscribed).toEqual([]);
  });

  test("replays the observed transitions to an inspector, goes on from there, and closes it in the end", async () => {
    const inspector = { actor: vi.fn(), snapshot: vi.fn(), stop: vi.fn() } satisfies StatelyInspector;
    const { result, unmount } = await follow();
    await turn();
    await act(() => result.current.inspect(async () => inspector));
    expect(inspector.actor).toHaveBeenCalledExactlyOnceWith(
      { sessionId: "t", logic: threadMachine },
      expect.objectContaining({ value: { settled: "idle" } }),
    );
    expect(
      inspector.snapshot.mock.calls.map(([, snapshot]) => (snapshot as { value: unknown }).value),
    ).toEqual([{ running: "queued" }, { running: "streaming" }, { settled: "completed" }]);
    await chat.commit(() => chat.move("t", "deleting"));
    expect(inspector.snapshot).toHaveBeenCalledTimes(4);
    unmount();
    expect(inspector.stop).toHaveBeenCalled();
  });

  test("leaves it to the caller what to do when the inspector cannot be loaded", async () => {
    const { result } = await follow();
    await expect(result.current.inspect(() => Promise.reject(new Error("Not installed.")))).rejects.toThrow(
      "Not installed.",
    );
  });
});
