import type { Cursor, MessagesWithStreams } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { ends, modelCalls, says, setScript } from "../support/app/model.js";
import { api, setup } from "../support/harness.js";
import type { Measured } from "../support/meter.js";

type App = ReturnType<typeof setup>;

/** A thread with that many earlier messages, written past the component's functions. */
async function threadWithHistory(app: App, { messages, text }: { messages: number; text: string }) {
  setScript([[...says("First answer."), ...ends()]]);
  const threadId = await app.mutation(api.createThread, { prompt: "First prompt." });
  await app.settle(threadId);
  const batch = Math.max(1, Math.min(1_000, Math.floor(8_000_000 / (text.length + 500))));
  for (let written = 0; written < messages; written += batch) {
    await app.inComponent(async (ctx) => {
      const id = ctx.db.normalizeId("threads", threadId)!;
      for (let i = written; i < Math.min(messages, written + batch); i++)
        await ctx.db.insert("messages", {
          threadId: id,
          position: 1_000_000 + 2 + i,
          role: i % 2 === 0 ? "user" : "assistant",
          parts: [{ type: "text", text: `${i} ${text}` }],
          toolCalls: 0,
        });
    });
  }
  return threadId;
}

test("the limits are on: a read without bound fails", async () => {
  const app = setup();
  await threadWithHistory(app, { messages: 40, text: "x".repeat(500_000) });
  await expect(app.inComponent((ctx) => ctx.db.query("messages").collect())).rejects.toThrow(/read/i);
});

describe.each([
  { messages: 10_000, text: "short" },
  { messages: 2_000, text: "x".repeat(8_000) },
  { messages: 100, text: "x".repeat(500_000) },
])(
  "a thread of $messages messages of $text.length characters, under Convex's limits",
  ({ messages, text }) => {
    test("is opened, continued, paged through and deleted", async () => {
      const app = setup();
      const threadId = await threadWithHistory(app, { messages, text });

      const newest = await app.query(api.listMessages, { threadId });
      expect(newest.at(-1)!.parts).toEqual([{ type: "text", text: `${messages - 1} ${text}` }]);

      setScript([[...says("Still here."), ...ends()]]);
      await app.mutation(api.sendMessage, { threadId, prompt: "And now?" });
      expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
      // System, prompt, and all of the history, or as much of the newest as a model call is sent.
      const isLong = messages * text.length > 12 * 1024 * 1024;
      const { length } = modelCalls[0]!.prompt;
      if (isLong) expect(length * text.length).toBeGreaterThan(11 * 1024 * 1024);
      else expect(length).toBe(1 + 2 + messages + 1);
      if (isLong) expect(length).toBeLessThan(messages);

      let seen = 0;
      for (let cursor: Cursor | undefined; ;) {
        const page: MessagesWithStreams = await app.query(api.listMessagesWithStreams, { threadId, cursor });
        seen += page.messages!.length;
        if (!page.cursor) break;
        cursor = page.cursor;
      }
      expect(seen).toBe(2 + messages + 2);

      await app.mutation(api.deleteThread, { threadId });
      expect(await app.query(api.getThread, { threadId })).toBeNull();
      await app.advance(60_000);
      const left = await app.inComponent(async (ctx) => [
        await ctx.db.query("threads").first(),
        await ctx.db.query("messages").first(),
      ]);
      expect(left).toEqual([null, null]);
    }, 120_000);
  },
);

test("a thread of 100,000 messages is opened and continued for what one of 100 costs", async () => {
  const costs: Record<number, [name: string, documentsRead: number][]> = {};
  for (const messages of [100, 100_000]) {
    const measured: Measured[] = [];
    const app = setup({ measured });
    overrides.options = { ...defaultOptions, recentMessages: 50 };
    const threadId = await threadWithHistory(app, { messages, text: "short".padEnd(20) });
    measured.length = 0;

    setScript([[...says("Still here."), ...ends()]]);
    await app.mutation(api.sendMessage, { threadId, prompt: "And now?" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    const page = await app.query(api.listMessagesWithStreams, { threadId, limit: 50 });
    expect(page.messages).toHaveLength(50);
    expect(page.messages!.at(-1)!.parts.at(-1)).toMatchObject({ type: "text", text: "Still here." });
    await app.query(api.listMessagesWithStreams, { threadId, limit: 50, cursor: page.cursor! });
    await app.query(api.listThreads, { limit: 10 });
    costs[messages] = measured.map(({ name, metrics }) => [name, metrics.documentsRead.used]);
  }
  expect(costs[100_000]).toEqual(costs[100]);
}, 240_000);
