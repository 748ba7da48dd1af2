import { act, fireEvent, screen, within } from "@testing-library/react";
import type { Transition } from "convex-durable-agents";
import {
  createThreadSnapshot,
  stepThread,
  storeThread,
  type RecordedHistory,
} from "convex-durable-agents/machines";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { button, inspectedBackend, inspector, region, show, state } from "./support/devtools.js";
import type { FakeBackend } from "./support/fakeBackend.js";
import { entry } from "./support/inspected.js";

let backend: FakeBackend;
beforeEach(() => {
  backend = inspectedBackend();
});

describe("the log", () => {
  test("tells a story with durations and tokens, newest first", async () => {
    await show(backend, inspector);
    const told = within(region("Turn 1"))
      .getAllByRole("listitem")
      .map(({ textContent }) => textContent);
    expect(told).toHaveLength(3);
    expect(told[0]).toMatch(/Model finished: 2 tools requested.*1,000 tokens/);
    expect(told[1]).toMatch(/Stream handler started.*running\.streaming for 4 s/);
  });

  test("is filtered by topic", async () => {
    await show(backend, inspector);
    fireEvent.click(button("messages"));
    const log = within(region("Log"));
    expect(log.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining("Message sent: a turn begins"),
    ]);
    expect(log.getByRole("button", { name: "problems" }).hasAttribute("disabled")).toBe(true);
  });

  test("takes the diagram back to a moment, and forth again", async () => {
    await show(backend, inspector);
    fireEvent.click(screen.getByRole("button", { name: /Stream handler started/ }));
    expect(state("streaming").getAttribute("aria-current")).toBe("true");
    fireEvent.click(button("Forward"));
    expect(state("awaiting tool results").getAttribute("aria-current")).toBe("true");
    fireEvent.change(screen.getByRole("slider", { name: "Event" }), { target: { value: "0" } });
    expect(state("streaming").getAttribute("aria-current")).toBe("true");
    expect(button("Back").hasAttribute("disabled")).toBe(true);
    fireEvent.click(button("Now"));
    expect(state("awaiting tool results").getAttribute("aria-current")).toBe("true");
  });
});

/** The entry of a log with this number, which a message leaves as it was. */
const numbered = (seq: number): Transition => entry(seq, "running.tools", "SEND", "running.tools");

/** Serves a log with entries up to a number, which `listTransitions` cuts into pages. */
function serveLog(newest: () => number, oldest = 1): void {
  backend.queries["chat:listTransitions"] = ({ limit, cursor }) => {
    const before = cursor === undefined ? newest() + 1 : Number(cursor);
    const from = Math.max(oldest, before - (limit as number));
    const seqs = Array.from({ length: Math.max(0, before - from) }, (_, index) => before - 1 - index);
    return { transitions: seqs.map(numbered), cursor: from > oldest ? String(from) : null };
  };
}

const entries = () => document.querySelectorAll(".cda-log li").length;
/** Looking for a role among so many entries takes long. */
const older = () => screen.queryByText("Older entries");
const readOlder = async () => {
  fireEvent.click(older()!);
  await backend.settle();
};

describe("a long log", () => {
  test("is read back to its beginning, page by page, while new entries arrive", async () => {
    let newest = 650;
    serveLog(() => newest);
    await show(backend, inspector);
    expect(entries()).toBe(100);
    for (const expected of [200, 300, 400]) {
      await readOlder();
      expect(entries()).toBe(expected);
    }
    await backend.commit(() => (newest += 50));
    expect(entries()).toBe(450);
    for (const expected of [550, 650, 700]) {
      await readOlder();
      expect(entries()).toBe(expected);
    }
    expect(older()).toBeNull();
    expect(screen.getByLabelText("Event").getAttribute("max")).toBe("699");
  });

  test("starts over where the page has missed entries", async () => {
    let newest = 250;
    serveLog(() => newest);
    await show(backend, inspector);
    await readOlder();
    await backend.commit(() => (newest += 101));
    expect(entries()).toBe(100);
    await readOlder();
    expect(entries()).toBe(200);
  });

  test("lists a bounded number of entries, however many arrive", async () => {
    let newest = 100;
    serveLog(() => newest);
    await show(backend, inspector);
    for (const expected of [180, 260, 300, 300]) {
      await backend.commit(() => (newest += 80));
      expect(entries()).toBe(expected);
    }
    const read = () => backend.deliveries.length;
    const before = read();
    await readOlder();
    expect(entries()).toBe(400);
    expect(read()).toBe(before);
    await readOlder();
    expect(entries()).toBe(420);
    expect(older()).toBeNull();
  });

  test("says why a page could not be read, and lets it be read again", async () => {
    serveLog(() => 150);
    await show(backend, inspector);
    const works = backend.queries["chat:listTransitions"]!;
    backend.queries["chat:listTransitions"] = (args) => {
      if (args.cursor !== undefined) throw new Error("The page is broken.");
      return works(args);
    };
    await readOlder();
    expect(screen.getByRole("alert").textContent).toBe("listTransitions: The page is broken.");
    backend.queries["chat:listTransitions"] = works;
    await readOlder();
    expect(screen.queryByRole("alert")).toBeNull();
    expect(entries()).toBe(150);
  });
});

describe("Copy as a test", () => {
  const copied: string[] = [];
  const copy = async () => {
    await show(backend, inspector);
    await act(async () => fireEvent.click(button("Copy as a test")));
    await screen.findByText(/Copied|No entry/);
  };
  beforeEach(() => {
    copied.length = 0;
    vi.spyOn(navigator.clipboard, "writeText").mockImplementation(async (text) => void copied.push(text));
  });

  test("copies a history that stepThread takes", async () => {
    const snapshot = storeThread(stepThread(createThreadSnapshot(), { type: "SEND" }, 1_000).snapshot);
    backend.queries["chat:listTransitions"] = () => ({
      transitions: [
        entry(2, "running.queued", "STREAM_STARTED", "running.streaming"),
        { ...entry(1, "settled.idle", "SEND", "running.queued"), snapshot },
      ],
      cursor: null,
    });
    await copy();
    const { start, events } = JSON.parse(copied[0]!) as RecordedHistory;
    expect(events.map(({ state }) => state)).toEqual(["running.streaming"]);
    expect(stepThread(start, events[0]!.event, events[0]!.event.at).accepted).toBe(true);
  });

  test("says that a log without a turn's beginning is none", async () => {
    await copy();
    expect(copied).toEqual([]);
    expect(screen.getByText(/^No entry of this log/)).toBeTruthy();
  });
});
