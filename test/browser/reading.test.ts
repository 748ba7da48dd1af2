import { ConvexHttpClient } from "convex/browser";
import { expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api.js";
import { browserSuite } from "./support/suite.js";

browserSuite("a reader", (suite) => {
  test("keeps the place when earlier messages come, and is at the end of what they send", async () => {
    const messages = Array.from({ length: 120 }, (_, index) => ({
      role: index % 2 === 0 ? ("user" as const) : ("assistant" as const),
      prompt: `This is message ${index}. `.repeat(20),
    }));
    const client = new ConvexHttpClient(suite.backend.url);
    const threadId = await client.mutation(api.chat.createThread, { title: "Sixty turns", messages });
    const chat = await suite.open(`#/thread/${threadId}`);
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

  test("is told that an answer is complete when all of it is there", async () => {
    const chat = await suite.open("", { reducedMotion: "no-preference" });
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
