import { ConvexError } from "convex/values";
import { describe, expect, test } from "vitest";
import { ends, says, setScript } from "../support/app/model.js";
import { api, setup, type App } from "../support/harness.js";

interface Page {
  ids: unknown[];
  cursor: string | null;
}

/** Each endpoint that has pages: reads a page of one row. */
const lists: Record<string, (app: App, threadId: string, cursor?: string) => Promise<Page>> = {
  async listMessagesWithStreams({ query }, threadId, cursor) {
    const page = await query(api.listMessagesWithStreams, { threadId, limit: 1, cursor });
    return { ids: page.messages!.map(({ id }) => id), cursor: page.cursor! };
  },
  async listTurns({ query }, threadId, cursor) {
    const page = await query(api.listTurns, { threadId, limit: 1, cursor });
    return { ids: page.turns.map(({ turn }) => turn), cursor: page.cursor };
  },
  async listTransitions({ query }, threadId, cursor) {
    const page = await query(api.listTransitions, { threadId, limit: 1, cursor });
    return { ids: page.transitions.map(({ seq }) => seq), cursor: page.cursor };
  },
  async paginateThreads({ query }, _threadId, cursor) {
    const paginationOpts = { numItems: 1, cursor: cursor ?? null };
    const { page, isDone, continueCursor } = await query(api.paginateThreads, { paginationOpts });
    return { ids: page.map(({ _id }) => _id), cursor: isDone ? null : continueCursor };
  },
};

describe.each(Object.entries(lists))("%s", (name, read) => {
  test("reads each row once by its cursors, which are strings", async () => {
    const app = setup();
    setScript([
      [...says("One."), ...ends()],
      [...says("Two."), ...ends()],
    ]);
    const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
    await app.settle(threadId);
    await app.mutation(api.sendMessage, { threadId, prompt: "Again" });
    await app.settle(threadId);
    await app.mutation(api.createThread, {});

    const first = await read(app, threadId);
    expect(typeof first.cursor).toBe("string");
    const ids = [...first.ids];
    for (let { cursor } = first; cursor !== null;) {
      const page = await read(app, threadId, cursor);
      ids.push(...page.ids);
      cursor = page.cursor;
    }
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(ids.length);
  });

  const other = name === "listTurns" ? "transitions:1" : "turns:1";
  const invalid = ["", "nonsense", ":", other, "threads:1", "messages:1:x", "transitions:", "turns: 1"];
  test.each(invalid)("refuses %j with the data on which usePaginatedQuery starts over", async (cursor) => {
    const app = setup();
    const threadId = await app.mutation(api.createThread, {});
    const error: unknown = await read(app, threadId, cursor).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ConvexError);
    expect((error as ConvexError<Record<string, string>>).data).toMatchObject({
      code: "invalid_cursor",
      isConvexSystemError: true,
      paginationError: "InvalidCursor",
    });
  });
});
