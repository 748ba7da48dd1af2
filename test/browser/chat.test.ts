import { expect, test } from "vitest";
import { browserSuite } from "./support/suite.js";

browserSuite("a chat", ({ open, allow }) => {
  test("streams an answer, and lists the thread with its title", async () => {
    const chat = await open();
    await chat.say("Tell me a long story");
    const early = await chat.isWriting(10);
    await chat.isIn("running.streaming");
    expect(await chat.button("Stop").isVisible()).toBe(true);
    await chat.isIn("settled.completed");
    const all = await chat.answerText();
    expect(all.startsWith(early.slice(0, 40))).toBe(true);
    expect(all.length).toBeGreaterThan(early.length);
    const thread = chat.page.getByRole("complementary", { name: "Threads" }).getByRole("listitem").first();
    await chat.sees(thread, "Tell me a long story");
    await chat.sees(thread, "Completed");
  });

  test("shows tool calls with their arguments and results, and reasoning folded", async () => {
    const chat = await open();
    await chat.say("What is the weather in Paris and Oslo?");
    await chat.sees(chat.answers, "Here is what I found");
    await chat.isIn("settled.completed");
    const calls = chat.page.getByRole("group", { name: "Tool call get_weather" });
    expect(await calls.count()).toBe(2);
    expect(await calls.first().innerText()).toMatch(/done[^]*"Paris"[^]*temperature/);
    expect(await chat.answers.count()).toBe(1);
    const reasoning = chat.page.getByText("I have a tool for it");
    expect(await reasoning.isVisible()).toBe(false);
    await chat.page.getByText("Reasoning", { exact: true }).click();
    expect(await reasoning.isVisible()).toBe(true);
  });

  test("shows how far a tool has come, then its result", async () => {
    const chat = await open();
    await chat.say("Do some research");
    const call = chat.page.getByRole("group", { name: "Tool call read_archive" });
    await chat.sees(call, /running[^]*So far[^]*page \d of 8/);
    await chat.sees(call, /done[^]*Result[^]*"read": ?8/);
    expect(await call.innerText()).not.toContain("So far");
    await chat.sees(chat.answers, "I have read all of it");
  });

  test("shows the error of a tool that fails", async () => {
    const chat = await open();
    await chat.say("Export the report");
    await chat.sees(
      chat.page.getByRole("group", { name: "Tool call export_report" }),
      "archive is read-only",
    );
    await chat.sees(chat.answers, "That did not work");
  });

  test("queues a message while a turn runs, and answers it afterwards", async () => {
    const chat = await open();
    await chat.say("Tell me a long story");
    await chat.isWriting(5);
    await chat.say("And then think");
    await chat.sees(chat.page.getByRole("article", { name: "You" }), "Queued");
    await chat.sees(chat.answers, "forty-two");
    await chat.isIn("settled.completed");
    expect(await chat.page.getByText("Queued: answered").count()).toBe(0);
    const order = await chat.page.getByRole("article").evaluateAll((all) => all.map((one) => one.ariaLabel));
    expect(order).toEqual(["You", "Agent", "You", "Agent"]);
  });

  test("says why a turn failed, keeps its text so far, and tries again", async () => {
    const chat = await open();
    await chat.say("Be broken");
    await chat.sees(chat.page.getByRole("alert"), "The scripted provider refuses this request");
    await chat.isIn("settled.failed");
    await chat.sees(chat.answers, "This is");
    await chat.button("Retry").click();
    await expect.poll(() => chat.answers.count()).toBe(2);
    await chat.isIn("settled.failed");
  });

  test("gives a message back that is refused, with its files", async () => {
    allow(/The message has/);
    const chat = await open();
    const files = ["one.txt", "two.txt"].map((name) => ({
      ...{ name, mimeType: "text/plain", buffer: Buffer.alloc(450_000, "x") },
    }));
    const sendTooMuch = async (prompt: string) => {
      await chat.page.getByLabel("Files", { exact: true }).setInputFiles(files);
      await chat.page.getByText("two.txt").waitFor();
      await chat.say(prompt);
      const alert = chat.page.getByRole("alert");
      await chat.sees(alert, "The message has");
      expect(await alert.innerText()).not.toMatch(/CONVEX|Uncaught|Error/);
      expect(await chat.composer.inputValue()).toBe(prompt);
      await chat.page.getByText("two.txt").waitFor();
      for (const { name } of files) await chat.button(`Remove ${name}`).click();
      await chat.composer.press("Enter");
      await chat.sees(chat.answers, prompt);
      await chat.isIn("settled.completed");
      expect(await chat.composer.inputValue()).toBe("");
      expect(await alert.count()).toBe(0);
    };
    await sendTooMuch("Hello to a new thread");
    await sendTooMuch("Hello to an old one");
    expect(await chat.answers.count()).toBe(2);
  });

  test("keeps a draft for each thread, through a reload, too", async () => {
    const chat = await open();
    await chat.say("Think about drafts");
    await chat.isIn("settled.completed");
    await chat.composer.fill("a draft of this thread");
    await chat.button("New chat").click();
    await chat.sees(chat.page.getByRole("heading"), "Start a conversation");
    expect(await chat.composer.inputValue()).toBe("");
    await chat.composer.fill("a draft of a new one");
    await chat.page.goBack();
    await chat.sees(chat.answers, "forty-two");
    expect(await chat.composer.inputValue()).toBe("a draft of this thread");
    await chat.page.reload();
    await chat.sees(chat.answers, "forty-two");
    expect(await chat.composer.inputValue()).toBe("a draft of this thread");
    await chat.button("New chat").click();
    await chat.sees(chat.page.getByRole("heading"), "Start a conversation");
    expect(await chat.composer.inputValue()).toBe("a draft of a new one");
  });

  test("is worked with the keyboard alone", async () => {
    const chat = await open();
    await chat.page.locator("textarea:focus").waitFor();
    await chat.page.keyboard.type("Tell me a long story");
    await chat.page.keyboard.press("Shift+Enter");
    await chat.page.keyboard.type("please");
    expect(await chat.composer.inputValue()).toBe("Tell me a long story\nplease");
    await chat.page.keyboard.press("Enter");
    await chat.isWriting(5);
    await chat.page.keyboard.press("Escape");
    await chat.isIn("settled.stopped");
    expect(await chat.composer.evaluate((field) => field === document.activeElement)).toBe(true);
  });
});
