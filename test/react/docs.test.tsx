import { act, fireEvent, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { Operations } from "../docs/app/src/Operations.js";
import { ShopChat } from "../docs/app/src/ShopChat.js";
import { Support } from "../docs/app/src/Support.js";
import { ThreadList } from "../docs/app/src/ThreadList.js";
import { inspectedBackend, show } from "./support/devtools.js";
import { FakeBackend } from "./support/fakeBackend.js";
import { FakeChat, text } from "./support/fakeChat.js";
import { THREAD } from "./support/inspected.js";

/** Gives the functions of `api.chat` a second path. */
function alias({ queries }: FakeBackend, module: string): void {
  for (const [name, answer] of Object.entries(queries)) queries[name.replace("chat:", `${module}:`)] = answer;
}

test("the shop's chat shows the data of an answer, what is shown once, and sends the page", async () => {
  const chat = new FakeChat();
  alias(chat, "shop");
  chat.createThread("t");
  const send = vi.fn(() => "m");
  chat.mutations["shop:sendMessage"] = send;
  await show(chat, <ShopChat threadId="t" />);
  await chat.commit(() => {
    chat.move("t", { running: "streaming" }, { turn: 1 });
    chat.openStream("t", { turn: 1, step: 1 });
    chat.flush("t", { type: "data-notice", data: "Only today!", transient: true });
  });
  expect(screen.getByRole("status").textContent).toBe("Only today!");
  await chat.commit(() =>
    chat.commitMessage("t", "assistant", { turn: 1, step: 1 }, [
      { type: "data-sources", id: "sources", data: { titles: ["Apple", "Pear"] } },
      { type: "data-chart", id: "Fruit", data: { title: "Fruit", points: [2, 3] } },
      ...text("See the chart."),
    ]),
  );
  expect(document.querySelector("cite")!.textContent).toBe("Apple, Pear");
  expect(screen.getByRole("meter")).toBeTruthy();
  expect(screen.getByText("See the chart.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Ask" }));
  await chat.settle();
  expect(send).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ data: [{ type: "data-page", data: location.pathname }] }),
  );
});

test("the list of threads loads more, and says which was chosen", async () => {
  const backend = new FakeBackend();
  const page = (cursor: unknown) => (cursor === null ? [{ _id: "a", title: "A trip" }] : [{ _id: "b" }]);
  backend.queries["chat:paginateThreads"] = ({ paginationOpts }) => {
    const { cursor } = paginationOpts as { cursor: string | null };
    return { page: page(cursor), isDone: cursor !== null, continueCursor: cursor === null ? "1" : "2" };
  };
  const onSelect = vi.fn();
  await show(backend, <ThreadList onSelect={onSelect} />);
  fireEvent.click(screen.getByRole("button", { name: "More" }));
  await backend.settle();
  fireEvent.click(screen.getByRole("button", { name: "New chat" }));
  expect(screen.getByRole("button", { name: "A trip" })).toBeTruthy();
  expect(onSelect).toHaveBeenCalledExactlyOnceWith("b");
});

test.each([
  ["chat", Operations, true],
  ["support", Support, false],
])("the overview of api.%s leads to the inspector of a thread", async (module, Page, mayStop) => {
  const backend = inspectedBackend();
  const list = vi.fn(({ status }: Record<string, unknown>) => (status === THREAD.status ? [THREAD] : []));
  backend.queries["chat:listThreads"] = list;
  alias(backend, module);
  await show(backend, <Page />);
  /** Lets what is loaded lazily appear, and then its data. */
  const load = async () => {
    await act(() => vi.dynamicImportSettled());
    await backend.settle();
  };
  await load();
  fireEvent.click(screen.getByRole("button", { name: "A trip" }));
  await load();
  expect(screen.getByRole("group", { name: "Diagram" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Stop" }) !== null).toBe(mayStop);
  expect(list.mock.lastCall![0].allOwners).toBe(mayStop ? undefined : true);
});
