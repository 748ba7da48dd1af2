import type { MessageDoc, MessagesWithStreams } from "convex-durable-agents";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mergePages, NO_PAGES, withNewest, type HistoryPages } from "../../src/react/historyPages.js";

/** The page before message number `end`, of a thread whose messages are numbered from 0. */
function page(end: number, limit: number): MessagesWithStreams {
  const begin = Math.max(0, end - limit);
  const messages = Array.from({ length: end - begin }, (_, index) => ({ id: `${begin + index}` }));
  const cursor = begin === 0 ? null : { position: begin, creationTime: 0, callIndex: null };
  return { messages: messages as MessageDoc[], cursor };
}

const ids = (messages: MessageDoc[]) => messages.map(({ id }) => Number(id));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

/** Loads one more older page, as the hook does. */
function loadMore(pages: HistoryPages, limit: number): HistoryPages {
  const last = pages.older.at(-1);
  const cursor = last ? page(last.position, limit).cursor : pages.tail;
  return cursor ? { ...pages, older: [...pages.older, cursor] } : pages;
}

const shown = (pages: HistoryPages, limit: number) =>
  ids(
    mergePages(
      pages,
      pages.older.map(({ position }) => page(position, limit)),
    ),
  );

test("however a thread grows and pages are loaded, messages are shown once, in order, without a gap", () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant("more" as const)));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(30), steps, (limit, begin, moves) => {
      let count = begin;
      let pages = withNewest(NO_PAGES, page(count, limit));
      for (const move of moves) {
        const before = shown(pages, limit);
        if (move === "more") pages = loadMore(pages, limit);
        else pages = withNewest(pages, page((count += move), limit));
        const now = shown(pages, limit);
        expect(now).toEqual(range(now[0] ?? 0, count));
        // What was shown stays, unless more came at once than a page holds.
        if (move === "more" || move < limit) expect(now).toEqual(expect.arrayContaining(before));
      }
    }),
  );
});

test("a thread that is deleted leaves nothing behind", () => {
  const grown = withNewest(withNewest(NO_PAGES, page(5, 3)), page(7, 3));
  expect(shown(grown, 3)).toEqual([2, 3, 4, 5, 6]);
  expect(shown(withNewest(grown, page(0, 3)), 3)).toEqual([]);
});

test("the newest version of a message counts", () => {
  const stale = { id: "1", partial: true } as MessageDoc;
  const fresh = { id: "1", partial: false } as MessageDoc;
  const pages = { ...NO_PAGES, kept: [stale], newest: { messages: [fresh], cursor: null } };
  expect(mergePages(pages, [undefined])).toEqual([fresh]);
});
