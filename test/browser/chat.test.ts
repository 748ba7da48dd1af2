import { ConvexHttpClient } from "convex/browser";
import { expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api.js";
import { browserSuite } from "./support/suite.js";

browserSuite("a chat", (suite) => {
  const { open, allow } = suite;

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

  test("queues a message while a turn runs, and answers it afterwards", async () => {
    const chat = await open();
    await chat.say("Tell me a long story");
    await chat.isWriting(5);
    await chat.say("And then think");
    await chat.sees(chat.page.getByRole("article", { name: "You" }), "Queued");
    expect(await chat.page.getByText("Waiting for the model").count(), "it streams").toBe(0);
    await chat.sees(chat.answers, "forty-two");
    await chat.isIn("settled.completed");
    expect(await chat.page.getByText("Queued: answered").count()).toBe(0);
    const order = await chat.page.getByRole("article").evaluateAll((all) => all.map((one) => one.ariaLabel));
    expect(order).toEqual(["You", "Agent", "You", "Agent"]);
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

  test("keeps a reader's place when earlier messages come, and is at the end of what is sent", async () => {
    const messages = Array.from({ length: 120 }, (_, index) => ({
      role: index % 2 === 0 ? ("user" as const) : ("assistant" as const),
      prompt: `This is message ${index}. `.repeat(20),
    }));
    const client = new ConvexHttpClient(suite.backend.url);
    const threadId = await client.mutation(api.chat.createThread, { title: "Sixty turns", messages });
    const chat = await open(`#/thread/${threadId}`);
    const log = chat.page.getByRole("log");
    const atEnd = () =>
      log.evaluate(
        ({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 2,
      );
    await chat.sees(chat.answers.last(), "This is message 119.");
    await expect.poll(atEnd).toBe(true);
    await chat.page.setViewportSize({ width: 1440, height: 600 });
    await expect.poll(atEnd).toBe(true);

    const first = chat.page.getByRole("article").first();
    const early = await first.innerText();
    await log.evaluate((element) => element.scrollTo(0, 0));
    const known = chat.page.getByRole("article").filter({ hasText: early.slice(0, 22) });
    const place = () => known.evaluate((element) => Math.round(element.getBoundingClientRect().top));
    await chat.button("Latest messages").waitFor();
    const before = await place();
    await chat.button("Earlier messages").click();
    await expect.poll(() => first.innerText()).not.toBe(early);
    expect(Math.abs((await place()) - before)).toBeLessThan(4);

    await chat.say("Tell me a long story");
    await expect.poll(atEnd).toBe(true);
    await chat.sees(chat.answers.last(), "A durable turn is a row in a table");
    expect(await atEnd()).toBe(true);
    await chat.page.keyboard.press("Escape");
    await chat.isIn("settled.stopped");
  });

  test("is complete when all of it is there", async () => {
    const chat = await open("", { reducedMotion: "no-preference" });
    await chat.say("Think about it");
    // What was there when the status changed: the page itself notes it, in the same frame.
    const atOnce = await chat.page.evaluate(
      () =>
        new Promise<{ answer: string; isWaiting: boolean[] }>((resolve) => {
          const isWaiting: boolean[] = [];
          new MutationObserver(() => {
            const streams = document.querySelector("[data-writing]") !== null;
            if (streams) isWaiting.push(document.querySelector(".waiting") !== null);
            const status = document.querySelector(".chat-header .status")?.textContent;
            const answer = document.querySelector('[data-role="assistant"]')?.textContent ?? "";
            if (status === "Completed" && answer !== "") resolve({ answer, isWaiting });
          }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
        }),
    );
    expect(atOnce.answer).toContain("the answer is forty-two.");
    expect(atOnce.isWaiting.length).toBeGreaterThan(0);
    expect(atOnce.isWaiting).not.toContain(true);
  });
});
