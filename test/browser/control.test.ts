import { expect, test } from "vitest";
import { violations } from "./support/axe.js";
import { browserSuite } from "./support/suite.js";

browserSuite("a person", ({ open }) => {
  test("steers a turn, queues behind it, and takes a message back", async () => {
    const chat = await open();
    await chat.say("Tell me a long story");
    await chat.isWriting(10);
    await chat.page.getByText("Steer", { exact: true }).click();
    await chat.say("And now think about it");
    await chat.page.getByText("Queue", { exact: true }).first().click();
    await chat.say("What is the weather in Oslo?");
    await chat.say("Never mind this");
    const mine = chat.page.getByRole("article", { name: "You" });
    await chat.sees(mine, "Steers: seen by the next step");
    await mine.filter({ hasText: "Never mind" }).getByRole("button", { name: "Withdraw" }).click();
    await mine.filter({ hasText: "Never mind" }).waitFor({ state: "detached" });
    await chat.sees(chat.answers, "forty-two");
    await chat.sees(chat.answers, "Here is what I found");
    await chat.isIn("settled.completed");
    const log = chat.machine.getByRole("region", { name: "Log" });
    for (const told of ["the next model call sees it", "it waits for the next turn", "taken back"])
      await chat.sees(log, told);
    await chat.sees(chat.machine, /tokens/);
  });

  test("interrupts a turn, and keeps its text so far", async () => {
    const chat = await open();
    await chat.say("Tell me a long story");
    const said = await chat.isWriting(20);
    await chat.page.getByText("Interrupt", { exact: true }).click();
    await chat.say("Do some research instead");
    await chat.sees(chat.page.getByRole("note"), "You interrupted this turn.");
    expect(await chat.page.getByRole("radio", { name: "Queue" }).isChecked(), "meant once").toBe(true);
    await chat.say("Think about it, too");
    await chat.sees(chat.answers, "forty-two");
    await chat.isIn("settled.completed");
    expect(await chat.answers.count()).toBe(3);
    await chat.sees(chat.answers, said.slice(0, 20));
    await chat.sees(chat.answers, "Cut off here");
  });

  test("edits a message, regenerates an answer, pages through the versions, and continues in a fork", async () => {
    const chat = await open();
    const { page } = chat;
    await chat.say("Hello there");
    await chat.sees(chat.answers, "You said");
    await chat.isIn("settled.completed");
    const mine = page.getByRole("article", { name: "You" });
    await mine.first().hover();
    await chat.button("Edit").click();
    await page.keyboard.type(", think about it");
    await page.keyboard.press("Enter");
    await chat.sees(mine, "Hello there, think about it");
    await chat.sees(chat.answers, "forty-two");
    await chat.isIn("settled.completed");
    expect(await page.getByText("You said").count()).toBe(0);

    const log = chat.machine.getByRole("region", { name: "Log" });
    await chat.answers.last().hover();
    await chat.button("Regenerate").click();
    await expect.poll(() => log.getByText("History edited").count()).toBe(2);
    await chat.isIn("settled.completed");
    expect(await chat.answers.count()).toBe(1);
    await chat.sees(chat.answers, /2 \/ 2/);
    await chat.sees(mine, /2 \/ 2/);
    expect(await violations(chat)).toEqual([]);

    await mine.getByRole("button", { name: "Earlier version" }).click();
    await chat.sees(chat.answers, "You said");
    await chat.sees(mine, /Hello there[^]*1 \/ 2/);
    expect(await chat.answers.getByRole("group", { name: "Versions" }).count()).toBe(0);
    await chat.button("Earlier version: go to the latest").click();
    await chat.sees(mine, "think about it");
    await chat.answers.getByRole("button", { name: "Earlier version" }).click();
    await chat.sees(chat.answers, /forty-two[^]*1 \/ 2/);
    await chat.answers.getByRole("button", { name: "Later version" }).click();
    await chat.sees(chat.answers, /forty-two[^]*2 \/ 2/);

    await chat.answers.last().hover();
    await chat.button("Fork").last().click();
    await chat.isIn("settled.idle");
    await chat.say("Hello again");
    await chat.sees(chat.answers, "Hello again");
    await chat.sees(chat.answers, "forty-two");
    const threads = page.getByRole("complementary", { name: "Threads" });
    await chat.sees(threads.getByRole("listitem"), "Copy of Hello there");
    await threads.getByLabel("Archived threads").check();
    await chat.sees(threads, "Nothing is archived.");
  });

  test("attaches a picture", async () => {
    const chat = await open();
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    await chat.page.getByLabel("Files", { exact: true }).setInputFiles({
      ...{ name: "dot.png", mimeType: "image/png", buffer: png },
    });
    await chat.page.getByText("dot.png").waitFor();
    await chat.say("What is this?");
    await chat.page.getByRole("article", { name: "You" }).getByRole("img", { name: "dot.png" }).waitFor();
    await chat.isIn("settled.completed");
  });
});
