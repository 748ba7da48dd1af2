import { act, fireEvent, screen, within } from "@testing-library/react";
import { ThreadInspector, type StatelyInspector } from "convex-durable-agents/devtools";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { button, inspectedBackend, inspector, notFound, show } from "./support/devtools.js";
import type { FakeBackend } from "./support/fakeBackend.js";
import { ANSWERS, api, entry, EXPLANATION, THREAD } from "./support/inspected.js";

let backend: FakeBackend;
beforeEach(() => {
  backend = inspectedBackend();
});

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
    fireEvent.change(call("tool1").getByRole("textbox"), { target: { value: '{"größe":2}' } });
    fireEvent.click(call("tool1").getByRole("button", { name: "Answer" }));
    expect(call("tool2").queryByRole("img")).toBeNull();
    fireEvent.click(call("tool2").getByRole("button", { name: "Full" }));
    expect(call("tool2").getByRole("button", { name: /^executing, current state/ })).toBeTruthy();
    await backend.settle();
    expect(calls).toEqual([
      ["approveToolCall", { toolCallId: "call0", threadId: "t" }],
      ["denyToolCall", { toolCallId: "call0", reason: "too dear", threadId: "t" }],
      ["addToolResult", { toolCallId: "call1", result: { "~gr%C3%B6%C3%9Fe": 2 }, threadId: "t" }],
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

  test("closes an inspector that has loaded too late to be seen", async () => {
    const stately = { actor: vi.fn(), snapshot: vi.fn(), stop: vi.fn() } satisfies StatelyInspector;
    const { unmount } = await show(
      backend,
      <ThreadInspector api={api} threadId="t" loadInspector={async () => stately} />,
    );
    fireEvent.click(button("Open in Stately"));
    unmount();
    await vi.dynamicImportSettled();
    await expect.poll(() => stately.stop.mock.calls.length).toBe(1);
    expect(stately.actor).not.toHaveBeenCalled();
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
      for (const attempt of ["first", "second"]) {
        act(() => void vi.advanceTimersByTime(15_000));
        expect(screen.getByRole("alert").textContent, attempt).toContain("does not answer");
        await act(async () => fireEvent.click(button("Open in Stately")));
        expect(screen.queryByRole("alert")).toBeNull();
      }
      act(() => void vi.advanceTimersByTime(15_000));
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
