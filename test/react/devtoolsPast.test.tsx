import { fireEvent, screen, within } from "@testing-library/react";
import type { MessageDoc } from "convex-durable-agents";
import { beforeEach, describe, expect, test } from "vitest";
import { button, inspectedBackend, inspector, notFound, region, show } from "./support/devtools.js";
import type { FakeBackend } from "./support/fakeBackend.js";
import { entry, THREAD } from "./support/inspected.js";

let backend: FakeBackend;
beforeEach(() => {
  backend = inspectedBackend();
});

describe("without a log", () => {
  const settle =
    (value: object, turn = 1) =>
    () => ({
      ...THREAD,
      snapshot: { value, context: { ...THREAD.snapshot!.context, turn } },
    });
  const arrow = (from: string, to: string) =>
    document.querySelector<SVGElement>(`[data-edge="${from} -> ${to}"]`)!.dataset;

  test.each([
    ["the agent keeps none", () => ({ transitions: [], cursor: null }), "keeps no log of this thread"],
    ["the app offers none", notFound("listTransitions"), "does not offer the log"],
  ])("where %s, the inspector says so, and shows the way that the page saw", async (_, answer, words) => {
    backend.queries["chat:listTransitions"] = answer;
    backend.queries["chat:getThread"] = settle({ running: "streaming" });
    await show(backend, inspector);
    expect(region("Log").textContent).toContain(words);
    expect(screen.queryByRole("group", { name: "Time line" })).toBeNull();
    await backend.commit(() => {
      backend.queries["chat:getThread"] = settle({ running: "tools" });
    });
    expect(arrow("streaming", "awaiting_tool_results").kind).toBe("last");
    await backend.commit(() => {
      backend.queries["chat:getThread"] = settle({ running: "streaming" });
    });
    expect(arrow("awaiting_tool_results", "streaming").kind).toBe("last");
    expect(arrow("streaming", "awaiting_tool_results").taken).toBe("true");
  });

  test("a thread to which nothing has happened is said to have none yet", async () => {
    backend.queries["chat:listTransitions"] = () => ({ transitions: [], cursor: null });
    backend.queries["chat:getThread"] = () => ({ ...settle({ settled: "idle" }, 0)(), turn: 0 });
    await show(backend, inspector);
    expect(region("Log").textContent).toContain("Nothing has happened yet");
  });
});

describe("the messages of a moment", () => {
  const message = (second: number, role: "user" | "assistant", turn: number, parts: unknown[]): MessageDoc =>
    ({ id: `m${second}`, _creationTime: second * 1_000 + 0.5, role, turn, step: 1, parts }) as MessageDoc;
  const text = (words: string) => ({ type: "text", text: words });
  const call = { type: "tool-book", toolCallId: "c", state: "output-available", input: 1, output: "booked" };

  beforeEach(() => {
    backend.queries["chat:listTransitions"] = () => ({
      transitions: [
        entry(1, "settled.idle", "SEND", "running.queued"),
        entry(2, "running.queued", "STREAM_STARTED", "running.streaming"),
        entry(6, "running.streaming", "STREAM_FINISHED", "running.tools", { toolCalls: 1 }),
        entry(7, "running.tools", "SEND", "running.tools"),
        entry(9, "running.tools", "TOOLS_SETTLED", "running.queued"),
        entry(10, "running.queued", "STOP", "settled.stopped"),
        entry(12, "settled.stopped", "REWIND", "preparing.truncating"),
      ].toReversed(),
      cursor: null,
    });
    backend.queries["chat:listMessages"] = () => [
      message(1, "user", 1, [text("Book it")]),
      message(6, "assistant", 1, [text("I book."), call]),
      message(7, "user", 2, [text("And a hotel")]),
    ];
  });

  const open = async () => {
    await show(backend, inspector);
    const details = document.querySelector("details.cda-transcript")!;
    expect(backend.subscribed.map(({ name }) => name)).not.toContain("chat:listMessages");
    details.setAttribute("open", "");
    fireEvent(details, new Event("toggle"));
    await backend.settle();
  };
  const at = (words: RegExp) => fireEvent.click(within(region("Log")).getByRole("button", { name: words }));
  const shown = () =>
    within(region("Messages"))
      .queryAllByRole("listitem")
      .map(({ textContent }) => textContent);

  test("are read once somebody opens them, and are those of now at first", async () => {
    await open();
    expect(region("Messages").textContent).toContain("As they are now.");
    expect(shown()).toHaveLength(3);
    expect(shown()[1]).toMatch(/book done.*booked/);
  });

  test("show values that JSON does not have, and keys that Convex does not take", async () => {
    const values = { ...call, input: { "~%C3%A4": 1 }, output: 2n ** 60n };
    backend.queries["chat:listMessages"] = () => [message(6, "assistant", 1, [values])];
    await open();
    expect(shown()[0]).toMatch(/"ä": 1.*"1152921504606846976"/s);
  });

  test("are those that were committed by then, and say what the log does not know", async () => {
    await open();
    at(/a turn begins/);
    expect(shown()).toEqual([expect.stringContaining("Book it")]);
    expect(region("Messages").textContent).toContain("What was deleted or taken back since");
    at(/calls the model/);
    expect(shown()).toHaveLength(1);
    expect(region("Messages").textContent).toContain("not stored yet");
    at(/1 tool requested/);
    expect(shown()).toHaveLength(2);
    expect(shown()[1]).toContain("book no outcome yet");
    expect(shown()[1]).not.toContain("booked");
    at(/waits for the next turn/);
    expect(shown()).toHaveLength(3);
    expect(shown()[1]).toContain("book awaited");
    expect(shown()[1]).not.toContain("booked");
    expect(region("Messages").textContent).toContain("the log does not say which");
    at(/Tools done/);
    expect(shown()[1]).toMatch(/book done.*booked/);
    expect(region("State").textContent).toContain("TOOLS_SETTLED");
    at(/History edited/);
    expect(region("Messages").textContent).not.toContain("since");
  });

  test("are not offered where the app has none, and say so where it exports none", async () => {
    backend.queries["chat:listMessages"] = notFound("listMessages");
    await open();
    expect(screen.getByText(/does not offer the messages/)).toBeTruthy();
  });

  test("can be read further back, up to a bound", async () => {
    backend.queries["chat:listMessages"] = ({ limit }) =>
      Array.from({ length: limit as number }, (_, index) => message(index, "user", 1, [text("Hi")]));
    await open();
    for (const expected of [200, 300, 400, 500]) {
      fireEvent.click(button("Older messages"));
      await backend.settle();
      expect(shown()).toHaveLength(expected);
    }
    expect(screen.queryByRole("button", { name: "Older messages" })).toBeNull();
    expect(region("Messages").textContent).toContain("Older messages than the last 500 are not read");
  });
});
