import { act } from "@testing-library/react";
import { useAgentChat } from "convex-durable-agents/react";
import { afterEach, expect, test, vi } from "vitest";
import { api } from "../../example/convex/_generated/api.js";
import { FakeChat } from "./support/fakeChat.js";
import { renderOn } from "./support/render.js";

afterEach(() => vi.unstubAllGlobals());

const real = globalThis.crypto;
const withoutUUID = { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => real.getRandomValues(bytes) };

test.each([
  { where: "on a page that came over plain http", crypto: withoutUUID },
  { where: "in React Native", crypto: undefined },
  { where: "where it has no functions", crypto: {} },
])(
  "useAgentChat sends without crypto.randomUUID $where, each message with a key of its own",
  async (global) => {
    vi.stubGlobal("crypto", global.crypto);
    const chat = new FakeChat();
    chat.createThread("t");
    const keys: unknown[] = [];
    chat.mutations["chat:sendMessage"] = ({ key }) => void keys.push(key);
    const { listMessagesWithStreams, getThread, sendMessage, stopThread, resumeThread } = api.chat;
    const functions = { getThread, sendMessage, stopThread, resumeThread, threadId: "t" };
    const { result } = renderOn(
      chat,
      () => useAgentChat({ listMessages: listMessagesWithStreams, ...functions }),
      {},
    );
    await chat.settle();

    const sent: Promise<boolean>[] = [];
    act(() => void sent.push(result.current.sendMessage("one"), result.current.sendMessage("two")));
    await chat.settle();

    expect(result.current.actionError).toBeNull();
    await expect(Promise.all(sent)).resolves.toEqual([true, true]);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(new Set(keys).size).toBe(2);
  },
);
