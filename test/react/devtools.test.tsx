import { act, createEvent, fireEvent, screen, within } from "@testing-library/react";
import { ThreadInspector, type StatelyInspector } from "convex-durable-agents/devtools";
import {
  createThreadSnapshot,
  stepThread,
  storeThread,
  type RecordedHistory,
} from "convex-durable-agents/machines";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { inspectedBackend, notFound, show } from "./support/devtools.js";
import type { FakeBackend } from "./support/fakeBackend.js";
import { ANSWERS, api, entry, EXPLANATION, THREAD } from "./support/inspected.js";

let backend: FakeBackend;
beforeEach(() => {
  backend = inspectedBackend();
});

const inspector = <ThreadInspector api={api} threadId="t" />;
const state = (name: string) => screen.getByRole("button", { name: new RegExp(`^${name}[,.]`) });
const region = (name: string) => screen.getByRole("region", { name });
const button = (name: string) => screen.getByRole("button", { name });
const arrow = (from: string, to: string) =>
  document.querySelector<SVGElement>(`[data-edge="${from} -> ${to}"]`)!;

/** Has the thread wait for tool calls. */
function awaitCalls(...states: string[]): void {
  const calls = states.map((state, index) => ({
    ...{ toolCallId: `call${index}`, toolName: `tool${index}`, state, attempt: 1, maxAttempts: 3 },
  }));
  backend.queries["chat:explainThread"] = () => ({
    ...EXPLANATION,
    pendingCalls: { calls, count: calls.length, more: false },
  });
}

describe("the diagram", () => {
  test("shows the status, the way there, and what may happen next", async () => {
    await show(backend, inspector);
    expect(state("awaiting tool results").getAttribute("aria-current")).toBe("true");
    expect(arrow("streaming", "awaiting_tool_results").dataset.kind).toBe("last");
    expect(arrow("completed", "streaming").dataset.kind).toBe("taken");
    expect(arrow("awaiting_tool_results", "stopped").dataset.kind).toBe("legal");
    expect(arrow("streaming", "failed").dataset.kind).toBe("other");
  });

  test("has a full view, where transient states are lit in passing", async () => {
    backend.queries["chat:listTransitions"] = () => ({
      transitions: [entry(9, "running.tools", "STREAM_CONTINUED", "running.streaming")],
      cursor: null,
    });
    await show(backend, inspector);
    fireEvent.click(button("Full"));
    expect(state("tools").getAttribute("aria-current")).toBe("true");
    expect(state("handedBack").getAttribute("aria-label")).toContain("just passed through");
    expect(arrow("running.handedBack", "running.streaming").dataset.kind).toBe("last");
  });

  test("lights what several events passed through at once, in their order", async () => {
    const log = ANSWERS.listTransitions.transitions.slice(1);
    backend.queries["chat:listTransitions"] = () => ({ transitions: log, cursor: null });
    await show(backend, <ThreadInspector api={api} threadId="t" defaultView="full" />);
    await backend.commit(() => {
      backend.queries["chat:listTransitions"] = () => ({
        transitions: [
          entry(9, "running.tools", "STREAM_CONTINUED", "running.streaming"),
          ...ANSWERS.listTransitions.transitions,
        ],
        cursor: null,
      });
    });
    const after = (from: string, to: string) =>
      parseFloat(arrow(from, to).style.getPropertyValue("--_after"));
    const times = [
      after("running.streaming", "running.tools"),
      after("running.tools", "running.handedBack"),
      after("running.handedBack", "running.streaming"),
    ];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(3);
    expect(arrow("running.queued", "running.streaming").dataset.passing).toBeUndefined();
    expect(arrow("running.tools", "running.handedBack").dataset.kind).toBe("last");
    expect(arrow("running.streaming", "running.tools").dataset.kind).toBe("taken");
  });

  test("says what a state or an arrow means when it is pointed at or focused", async () => {
    await show(backend, inspector);
    fireEvent.pointerEnter(arrow("streaming", "awaiting_tool_results"));
    expect(screen.getByText(/^Last time: Model finished: 2 tools requested$/)).toBeTruthy();
    fireEvent.pointerLeave(arrow("streaming", "awaiting_tool_results"));
    act(() => state("failed").focus());
    expect(screen.getByText(/^Nothing runs: the last turn ran out of attempts/)).toBeTruthy();
  });

  test("is walked with arrow keys, and has one stop for the tab key", async () => {
    await show(backend, inspector);
    expect(document.querySelectorAll('.cda-state[tabindex="0"]')).toHaveLength(1);
    act(() => state("awaiting tool results").focus());
    fireEvent.keyDown(document.activeElement!, { key: "ArrowDown" });
    expect(document.activeElement!.getAttribute("data-state")).toBe("streaming");
    expect(document.querySelectorAll('.cda-state[tabindex="0"]')).toHaveLength(1);
  });

  test("is zoomed by buttons, keys and the wheel with ctrl", async () => {
    await show(backend, inspector);
    const picture = document.querySelector(".cda-chart")!;
    const width = () => Number(picture.getAttribute("width"));
    const first = width();
    fireEvent.click(button("Zoom in"));
    const larger = width();
    expect(larger).toBeGreaterThan(first);
    fireEvent.keyDown(document.querySelector(".cda-canvas")!, { key: "-" });
    expect(width()).toBeCloseTo(first);
    fireEvent.wheel(document.querySelector(".cda-canvas")!, { deltaY: -90 });
    expect(width()).toBeCloseTo(first);
    const wheel = createEvent.wheel(document.querySelector(".cda-canvas")!, { deltaY: -90 });
    // happy-dom's wheel events know no modifiers.
    Object.defineProperty(wheel, "ctrlKey", { value: true });
    fireEvent(document.querySelector(".cda-canvas")!, wheel);
    expect(wheel.defaultPrevented).toBe(true);
    expect(width()).toBeGreaterThan(first);
  });
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

describe("the state", () => {
  test("says what the thread waits for, and counts down", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"], now: 20_000 });
    try {
      backend.queries["chat:explainThread"] = () => ({ ...EXPLANATION, waitsUntil: 23_000 });
      await show(backend, inspector);
      expect(region("State").textContent).toContain("the outcomes of its tool calls · in 3 s");
      act(() => void vi.advanceTimersByTime(2_000));
      expect(region("State").textContent).toContain("in 1 s");
      act(() => void vi.advanceTimersByTime(2_000));
      expect(region("State").textContent).toContain("due since");
    } finally {
      vi.useRealTimers();
    }
  });

  test("says why a thread has stopped or failed", async () => {
    backend.queries["chat:explainThread"] = () => ({
      ...EXPLANATION,
      stopped: { reason: "maxSteps", limit: 50 },
      error: { code: "handler_died", message: "The handler died." },
      limits: [{ limit: "maxTurnMs", max: 60_000, used: 45_000, left: 15_000 }],
    });
    await show(backend, inspector);
    const { textContent } = region("State");
    for (const said of ["maxSteps (50)", "The handler died.", "45 s of 1 min"])
      expect(textContent).toContain(said);
  });

  test("is known from getThread alone", async () => {
    await show(backend, <ThreadInspector api={{ getThread: api.getThread }} threadId="t" />);
    expect(region("State").textContent).toContain("the outcomes of its tool calls");
    expect(state("awaiting tool results").getAttribute("aria-current")).toBe("true");
    expect(backend.subscribed.map(({ name }) => name)).toEqual(["chat:getThread"]);
    expect(region("Log").textContent).toContain("does not offer the log");
    expect(screen.queryByRole("button", { name: "Stop" })).toBeNull();
  });

  test("leaves out what the app does not export, and says what else fails", async () => {
    backend.queries["chat:listTransitions"] = notFound("listTransitions");
    backend.queries["chat:getUsage"] = () => {
      throw new Error("The usage is broken.");
    };
    await show(backend, inspector);
    expect(region("Log").textContent).toContain("does not offer the log");
    expect(screen.getAllByRole("alert").map(({ textContent }) => textContent)).toEqual([
      "The usage is broken.",
    ]);
  });

  test("says that there is no such thread", async () => {
    backend.queries["chat:getThread"] = () => null;
    await show(backend, inspector);
    expect(screen.getByText("There is no such thread.")).toBeTruthy();
  });
});

describe("actions", () => {
  const calls: unknown[] = [];
  beforeEach(() => {
    calls.length = 0;
    for (const name of ["stopThread", "resumeThread", "approveToolCall", "denyToolCall", "addToolResult"])
      backend.mutations[`chat:${name}`] = (args) => void calls.push([name, args]);
  });

  test("stop and resume the thread", async () => {
    await show(backend, inspector);
    fireEvent.click(button("Stop"));
    backend.queries["chat:getThread"] = () => ({ ...THREAD, status: "stopped" });
    await backend.settle();
    fireEvent.click(button("Resume"));
    await backend.settle();
    expect(calls).toEqual([
      ["stopThread", { threadId: "t" }],
      ["resumeThread", { threadId: "t" }],
    ]);
  });

  test("approve, deny and answer tool calls, which have charts of their own", async () => {
    awaitCalls("awaitingApproval", "awaitingResult", "executing");
    await show(backend, inspector);
    expect(screen.getByRole("img", { name: "tool0: awaitingApproval" })).toBeTruthy();
    const call = (name: string) => within(screen.getByRole("listitem", { name }));
    fireEvent.click(call("tool0").getByRole("button", { name: "Approve" }));
    fireEvent.change(call("tool0").getByRole("textbox"), { target: { value: "too dear" } });
    fireEvent.click(call("tool0").getByRole("button", { name: "Deny" }));
    fireEvent.change(call("tool1").getByRole("textbox"), { target: { value: '{"size":2}' } });
    fireEvent.click(call("tool1").getByRole("button", { name: "Answer" }));
    expect(call("tool2").queryByRole("img")).toBeNull();
    fireEvent.click(call("tool2").getByRole("button", { name: "Full" }));
    expect(call("tool2").getByRole("button", { name: /^executing, current state/ })).toBeTruthy();
    await backend.settle();
    expect(calls).toEqual([
      ["approveToolCall", { toolCallId: "call0", threadId: "t" }],
      ["denyToolCall", { toolCallId: "call0", reason: "too dear", threadId: "t" }],
      ["addToolResult", { toolCallId: "call1", result: { size: 2 }, threadId: "t" }],
    ]);
  });

  test("are left out of a read-only inspector", async () => {
    awaitCalls("awaitingApproval", "awaitingResult");
    await show(backend, <ThreadInspector api={api} threadId="t" readOnly />);
    for (const name of ["Stop", "Approve", "Deny", "Answer"])
      expect(screen.queryByRole("button", { name })).toBeNull();
  });

  test("say why they failed, and are gone if the app does not have them", async () => {
    backend.mutations["chat:stopThread"] = notFound("stopThread");
    await show(backend, inspector);
    fireEvent.click(button("Stop"));
    await backend.settle();
    expect(screen.getByRole("alert").textContent).toContain("Could not find public function");
    expect(screen.queryByRole("button", { name: "Stop" })).toBeNull();
    fireEvent.click(button("Dismiss"));
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("Open in Stately", () => {
  const open = async (loadInspector?: () => Promise<never>) => {
    await show(backend, <ThreadInspector api={api} threadId="t" loadInspector={loadInspector} />);
    fireEvent.click(button("Open in Stately"));
    await vi.dynamicImportSettled();
    await backend.settle();
  };

  test("sends the machine and the log's events, and goes on with them", async () => {
    const stately = { actor: vi.fn(), snapshot: vi.fn(), stop: vi.fn() } satisfies StatelyInspector;
    const { unmount } = await show(
      backend,
      <ThreadInspector api={api} threadId="t" loadInspector={async () => stately} />,
    );
    fireEvent.click(button("Open in Stately"));
    await vi.dynamicImportSettled();
    await backend.settle();
    expect(stately.actor).toHaveBeenCalledWith(
      { sessionId: "t", logic: expect.objectContaining({ id: "thread" }) as object },
      expect.objectContaining({ value: { settled: "idle" } }),
    );
    const calls = stately.snapshot.mock.calls as [string, { value: object }, { event: { type: string } }][];
    const sent = () => calls.map(([, { value }, { event }]) => [value, event.type]);
    const first = [
      [{ running: "queued" }, "SEND"],
      [{ running: "streaming" }, "STREAM_STARTED"],
      [{ running: "tools" }, "STREAM_FINISHED"],
    ];
    expect(sent()).toEqual(first);
    const log = [
      entry(8, "running.tools", "STOP", "settled.stopped"),
      ...ANSWERS.listTransitions.transitions,
    ];
    await backend.commit(() => {
      backend.queries["chat:listTransitions"] = () => ({ transitions: log, cursor: null });
      backend.queries["chat:getThread"] = () => ({
        ...THREAD,
        snapshot: { ...THREAD.snapshot!, value: { settled: "stopped" } },
      });
    });
    expect(sent()).toEqual([...first, [{ settled: "stopped" }, "STOP"]]);
    unmount();
    expect(stately.stop).toHaveBeenCalled();
  });

  test("says how to get the inspector where it is not given", async () => {
    await open();
    expect(screen.getByRole("alert").textContent).toContain("`loadInspector`");
  });

  test("says that it needs the network", async () => {
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    await open(() => Promise.reject(new Error("unreachable")));
    expect(screen.getByRole("alert").textContent).toContain("You are offline");
  });

  test("says that the inspector's page does not answer, until it does", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const silent = { actor: vi.fn(), snapshot: vi.fn(), stop: vi.fn() };
      await open(async () => silent as never);
      expect(screen.queryByRole("alert")).toBeNull();
      act(() => void vi.advanceTimersByTime(15_000));
      expect(screen.getByRole("alert").textContent).toContain("does not answer");
      const connected = new MessageEvent("message", { data: { type: "@statelyai.connected" } });
      act(() => void window.dispatchEvent(connected));
      expect(screen.queryByRole("alert")).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  test("says why it could not be loaded", async () => {
    await open(() => Promise.reject(new Error("No such module.")));
    expect(screen.getByRole("alert").textContent).toContain("could not be loaded. No such module.");
  });
});

test("colours follow the system, or what the app says", async () => {
  const { rerender, container } = await show(backend, inspector);
  expect(container.querySelector<HTMLElement>(".cda")!.dataset.theme).toBe("system");
  rerender(<></>);
  const dark = await show(backend, <ThreadInspector api={api} threadId="t" theme="dark" nonce="n1" />);
  expect(dark.container.querySelector<HTMLElement>(".cda")!.dataset.theme).toBe("dark");
  expect(dark.container.querySelector("style")!.getAttribute("nonce")).toBe("n1");
});
