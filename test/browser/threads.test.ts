import { expect, test } from "vitest";
import { violations } from "./support/axe.js";
import { browserSuite } from "./support/suite.js";

browserSuite("threads", ({ open }) => {
  test("are renamed, archived, and deleted when one is sure, with the keyboard, too", async () => {
    const chat = await open();
    const { page } = chat;
    const list = page.getByRole("complementary", { name: "Threads" });
    const rows = list.getByRole("listitem");
    const header = page.getByRole("main").locator("header");
    await chat.say("Think about a name");
    await chat.isIn("settled.completed");
    const elsewhere = await open(new URL(page.url()).hash);
    await elsewhere.sees(elsewhere.answers, "forty-two");

    const more = rows.getByRole("button", { name: /^More for/ });
    await more.focus();
    await page.keyboard.press("Enter");
    expect(await violations(chat)).toEqual([]);
    await list.getByRole("button", { name: "Rename" }).click();
    expect(await violations(chat)).toEqual([]);
    await page.keyboard.type("A name");
    await page.keyboard.press("Enter");
    await chat.sees(header, "A name");
    await elsewhere.sees(elsewhere.page.getByRole("main").locator("header"), "A name");
    expect(await more.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await list.getByRole("button", { name: "Rename" }).click();
    await page.keyboard.press("Delete");
    await page.keyboard.press("Enter");
    await chat.sees(rows, "Untitled");

    await more.click();
    await list.getByRole("button", { name: "Archive", exact: true }).click();
    await chat.sees(list, "No threads yet");
    await list.getByLabel("Archived threads").check();
    await chat.sees(rows, "Untitled");
    await more.click();
    await list.getByRole("button", { name: "Unarchive" }).click();
    await chat.sees(list, "Nothing is archived.");
    await list.getByLabel("Archived threads").uncheck();

    await more.click();
    await list.getByRole("button", { name: "Delete…" }).click();
    expect(await violations(chat)).toEqual([]);
    await page.keyboard.press("Escape");
    expect(await rows.count()).toBe(1);
    await more.click();
    await list.getByRole("button", { name: "Delete…" }).click();
    await list.getByRole("button", { name: "Delete", exact: true }).click();
    await chat.sees(list, "No threads yet");
    await chat.sees(page.getByRole("heading"), "Start a conversation");
    await elsewhere.sees(elsewhere.page.getByRole("heading"), "This thread does not exist");
  });

  test("belong to whoever is signed in", async () => {
    const chat = await open();
    await chat.say("Hello from the guest");
    await chat.isIn("settled.completed");
    const threads = chat.page.getByRole("complementary", { name: "Threads" });
    await chat.sees(threads, "Hello from the guest");
    await threads.getByLabel("Signed in as").selectOption("ada");
    await chat.sees(threads, "No threads yet");
    await chat.say("Hello from Ada");
    await chat.isIn("settled.completed");
    await threads.getByLabel("Signed in as").selectOption("guest");
    await chat.sees(threads, "Hello from the guest");
    expect(await threads.getByText("Hello from Ada").count()).toBe(0);
  });
});
