import { useTransitions, type Transition, type TransitionsQuery } from "convex-durable-agents/react";
import { anyApi } from "convex/server";
import { expect, test } from "vitest";
import { FakeChat } from "./support/fakeChat.js";
import { renderOn } from "./support/render.js";

const listTransitions = anyApi.chat!.listTransitions as unknown as TransitionsQuery;

const step = (seq: number, from: string, to: string): Transition => ({
  ...{ seq, event: "SEND", from, to, generation: 1, at: seq },
});

test("the log is followed, oldest first, and not when it is skipped", async () => {
  const chat = new FakeChat();
  const log = [step(1, "idle", "running.queued")];
  chat.queries["chat:listTransitions"] = () => ({ transitions: log.toReversed(), cursor: null });
  const { result, rerender } = renderOn(
    chat,
    ({ threadId }: { threadId: string | null }) =>
      useTransitions(listTransitions, threadId === null ? "skip" : { threadId }),
    { initialProps: { threadId: "t" } },
  );
  expect(result.current).toMatchObject({ transitions: [], isLoading: true });
  await chat.settle();
  expect(result.current).toMatchObject({ transitions: [{ seq: 1 }], isLoading: false });

  await chat.commit(() => void log.push(step(2, "running.queued", "running.streaming")));
  expect(result.current.transitions.map(({ seq }) => seq)).toEqual([1, 2]);

  rerender({ threadId: null });
  expect(result.current).toMatchObject({ transitions: [], isLoading: false });
});
