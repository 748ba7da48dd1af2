import { expect, test } from "vitest";
import { violations } from "./support/axe.js";
import { browserSuite } from "./support/suite.js";

browserSuite("a person who is asked", ({ open }) => {
  test("sees it everywhere, answers in the form or in the composer, or declines", async () => {
    const chat = await open();
    const { page } = chat;
    const row = page.getByRole("complementary", { name: "Threads" }).getByRole("listitem").first();
    const header = page.getByRole("main").locator("header");
    const field = page.getByLabel("What is your favourite colour?");
    const said = page.getByRole("main").getByRole("status").first();
    await chat.say("Ask me something");
    await chat.sees(header, "Needs your answer");
    await chat.sees(row, "Needs your answer");
    await chat.sees(said, "Needs your answer");
    await expect.poll(() => page.title()).toBe("(1) Needs you · Ask me something · Durable agents");
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.getByText("Waiting for").count()).toBe(0);
    expect(await violations(chat)).toEqual([]);
    await page.keyboard.type("green");
    await page.keyboard.press("Enter");
    await chat.sees(chat.answers, "You told me: green");
    await chat.sees(said, "Answer complete");
    await chat.sees(row, "Completed");
    await expect.poll(() => page.title()).toBe("Ask me something · Durable agents");

    // What somebody is typing is not interrupted, and is the answer when it is sent.
    await chat.say("Ask me again");
    await chat.composer.pressSequentially("blue");
    await field.waitFor();
    expect(await chat.composer.evaluate((element) => element === document.activeElement)).toBe(true);
    await chat.composer.press("Enter");
    await chat.sees(chat.answers, "You told me: blue");
    await chat.isIn("settled.completed");

    await chat.say("Now ask me once more");
    await chat.button("New chat").click();
    await expect.poll(() => page.title()).toBe("(1) Needs you · Durable agents");
    await page.goBack();
    await chat.button("Decline").click();
    await chat.sees(chat.answers, "does not want to answer");
  });

  test("approves a call, changes its arguments by the tool's schema, or says why not", async () => {
    const chat = await open();
    const { page } = chat;
    const call = page.getByRole("group", { name: "Tool call book_table" });
    await chat.button("Book us a table a tool that you approve").click();
    await chat.sees(page.getByRole("main").locator("header"), "Needs your approval");
    const form = page.getByRole("form", { name: "Approval" });
    await expect.poll(() => form.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await form.getByLabel("people").getAttribute("type")).toBe("number");
    expect(await violations(chat)).toEqual([]);
    await form.getByLabel("people").fill("4");
    await form.getByLabel("restaurant").fill("Chez Vous");
    await chat.button("Approve").click();
    await chat.sees(call, /Chez Vous, a table for 4/);
    await chat.isIn("settled.completed");

    await chat.say("Book another one");
    await chat.button("Deny…").click();
    expect(await violations(chat)).toEqual([]);
    await page.getByLabel("Why not?").fill("We eat at home.");
    await page.keyboard.press("Enter");
    await chat.sees(call.last(), "We eat at home.");
    await chat.sees(chat.answers.last(), "We eat at home.");
    await chat.isIn("settled.completed");
  });
});
