import { fireEvent, screen, within } from "@testing-library/react";
import type { ThreadDoc, ThreadStatus } from "convex-durable-agents";
import { ThreadsOverview } from "convex-durable-agents/devtools";
import { beforeEach, expect, test, vi } from "vitest";
import { notFound, show } from "./support/devtools.js";
import { FakeBackend } from "./support/fakeBackend.js";
import { api, entry, EXPLANATION } from "./support/inspected.js";

let backend: FakeBackend;
let threads: ThreadDoc[];

const thread = (_id: string, status: ThreadStatus, more: Partial<ThreadDoc> = {}): ThreadDoc => ({
  ...{ _id, _creationTime: 0, status, turn: 1, title: _id },
  ...more,
});

beforeEach(() => {
  threads = [
    thread("young", "streaming"),
    thread("old", "awaiting_tool_results"),
    thread("broken", "failed", { error: { code: "overloaded", message: "The provider is overloaded." } }),
    thread("limited", "stopped", { stopReason: "maxSteps" }),
    ...["a", "b", "c"].map((id) => thread(id, "completed")),
  ];
  backend = new FakeBackend();
  backend.queries["chat:listThreads"] = ({ status, limit }) =>
    threads.filter((one) => one.status === status).slice(0, limit as number);
  backend.queries["chat:explainThread"] = ({ threadId }) => ({
    ...EXPLANATION,
    waitsFor: threadId === "old" ? "the outcomes of its tool calls" : "the model's answer",
    transitions: [
      entry(threadId === "old" ? 1 : 1_000, "running.queued", "STREAM_STARTED", "running.streaming"),
    ],
  });
});

const counts = () => within(screen.getByRole("list", { name: "Counts" })).getAllByRole("listitem");

test("counts the threads of each status, and says how many it looked at", async () => {
  await show(backend, <ThreadsOverview api={api} limit={3} />);
  expect(counts().map(({ textContent }) => textContent)).toEqual([
    "1 streaming",
    "1 awaiting tool results",
    "1 failed",
    "1 stopped",
    "3 or more completed",
  ]);
  expect(screen.getByText(/Looks at the 3 most recently active threads of each status/)).toBeTruthy();
});

test("shows what those under way wait for, the longest waiting first", async () => {
  const onSelect = vi.fn();
  await show(backend, <ThreadsOverview api={api} onSelect={onSelect} />);
  const [, first, second] = within(screen.getByRole("region", { name: "Under way" })).getAllByRole("row");
  expect(first!.textContent).toMatch(/^old.*the outcomes of its tool calls/);
  expect(second!.textContent).toMatch(/^young.*the model's answer/);
  fireEvent.click(screen.getByRole("button", { name: "old" }));
  expect(onSelect).toHaveBeenCalledExactlyOnceWith("old");
});

test("asks a bounded number of threads what they wait for, those least recently active first", async () => {
  threads = ["1", "2", "3", "4"].map((id) => thread(id, "streaming"));
  await show(backend, <ThreadsOverview api={api} explained={2} />);
  const explained = backend.subscribed.filter(({ name }) => name === "chat:explainThread");
  expect(explained.map(({ args }) => args.threadId)).toEqual(["4", "3"]);
  expect(screen.getByText(/closely at 2 threads under way; 2 more are under way/)).toBeTruthy();
});

test.each([
  [undefined, undefined],
  [true, true],
])("with allOwners %s asks for %s", async (allOwners, expected) => {
  await show(backend, <ThreadsOverview api={api} {...(allOwners && { allOwners })} />);
  const asked = backend.subscribed.filter(({ name }) => name === "chat:listThreads");
  expect(asked.map(({ args }) => args.allOwners)).toEqual(Array(5).fill(expected));
});

test("says why threads have failed or stopped", async () => {
  await show(backend, <ThreadsOverview api={api} />);
  expect(screen.getByRole("region", { name: "Failed" }).textContent).toContain("The provider is overloaded.");
  expect(screen.getByRole("region", { name: "Stopped" }).textContent).toContain("maxSteps");
});

test("does without explanations where the app has none, and says what else fails", async () => {
  backend.queries["chat:explainThread"] = notFound("explainThread");
  const { rerender } = await show(backend, <ThreadsOverview api={api} />);
  expect(screen.queryByRole("alert")).toBeNull();
  expect(screen.getByRole("region", { name: "Under way" }).textContent).toContain("unknown");
  rerender(<></>);
  backend.queries["chat:listThreads"] = () => {
    throw new Error("Not allowed.");
  };
  await show(backend, <ThreadsOverview api={{ listThreads: api.listThreads }} />);
  expect(screen.getByRole("alert").textContent).toContain("Not allowed.");
});
