import { act, createEvent, fireEvent, screen } from "@testing-library/react";
import { ThreadInspector } from "convex-durable-agents/devtools";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { button, inspectedBackend, inspector, notFound, region, show, state } from "./support/devtools.js";
import type { FakeBackend } from "./support/fakeBackend.js";
import { ANSWERS, api, entry, EXPLANATION } from "./support/inspected.js";

let backend: FakeBackend;
beforeEach(() => {
  backend = inspectedBackend();
});

const arrow = (from: string, to: string) =>
  document.querySelector<SVGElement>(`[data-edge="${from} -> ${to}"]`)!;

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
      "getUsage: The usage is broken.",
    ]);
  });

  test("says what to do where production hides which functions the app does not export", async () => {
    const hidden = () => {
      throw new Error("[CONVEX Q(chat:any)] [Request ID: 1] Server Error");
    };
    for (const name of ["getUsage", "listTurns"]) backend.queries[`chat:${name}`] = hidden;
    const complaints = vi.spyOn(console, "error");
    await show(backend, inspector);
    expect(screen.getAllByRole("alert").map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^getUsage: .*If the app does not export getUsage, leave it out of `api`\.$/),
      expect.stringMatching(/^listTurns: /),
    ]);
    expect(complaints).not.toHaveBeenCalled();
  });

  test("says that there is no such thread", async () => {
    backend.queries["chat:getThread"] = () => null;
    await show(backend, inspector);
    expect(screen.getByText("There is no such thread.")).toBeTruthy();
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
