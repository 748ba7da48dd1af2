import { act, renderHook, waitFor } from "@testing-library/react";
import { useAgentChat } from "convex-durable-agents/react";
import { ConvexProvider, ConvexReactClient } from "convex/react";
import type { ReactNode } from "react";
import { expect, onTestFinished, test } from "vitest";
import WebSocket from "ws";
import { api } from "../../example/convex/_generated/api.js";
import { startExample } from "../browser/support/backend.js";

/** How long what has to come may take; only a failure waits so long. */
const EVENTUALLY = { timeout: 20_000 };

test("what a real client could not do while it was offline is kept, in words that can be shown", async () => {
  const backend = await startExample();
  onTestFinished(() => backend.kill());
  const client = new ConvexReactClient(backend.url, {
    logger: false,
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  onTestFinished(() => client.close());
  const threadId = await client.mutation(api.chat.createThread, {});
  const {
    listMessagesWithStreams: listMessages,
    getThread,
    sendMessage,
    stopThread,
    resumeThread,
  } = api.chat;
  const functions = { listMessages, getThread, sendMessage, stopThread, resumeThread };
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ConvexProvider client={client}>{children}</ConvexProvider>
  );
  const comeBack = async () => {
    await backend.restart();
    // The client would wait for some seconds by itself.
    window.dispatchEvent(new Event("online"));
  };
  const { result } = renderHook(() => useAgentChat({ ...functions, threadId }), { wrapper });
  await waitFor(() => expect(result.current.isLoading).toBe(false), EVENTUALLY);

  await backend.kill();
  act(() => {
    void result.current.resume();
    void result.current.sendMessage("");
  });
  expect(result.current.actionError).toBeNull();
  await act(comeBack);
  await waitFor(() => expect(result.current.actionError?.action).toBe("sendMessage"), EVENTUALLY);
  expect(result.current.actionError).toMatchObject({
    code: "empty_prompt",
    message: expect.stringMatching(/^[^[\]{}]+$/) as string,
  });
  act(() => result.current.clearActionError());
  expect(result.current.actionError).toMatchObject({ action: "resume", code: "thread_empty" });

  await backend.kill();
  act(() => void result.current.sendMessage("Hello"));
  expect(result.current.actionError).toMatchObject({ action: "resume", code: "thread_empty" });
  await act(comeBack);
  await waitFor(
    () => expect(result.current.isComplete && result.current.messages).toHaveLength(2),
    EVENTUALLY,
  );
  expect(result.current.actionError).toBeNull();
}, 60_000);
