import { expect, test } from "vitest";
import { browserSuite } from "./support/suite.js";

browserSuite("an answer", (suite) => {
  test("keeps what was shown when it is stopped, and is written again in its place", async () => {
    const chat = await suite.open();
    await chat.say("Tell me a long story");
    await chat.isWriting(15);
    const shown = (await chat.answerText()).trim();
    await chat.button("Stop").click();
    await chat.sees(chat.page.getByRole("status"), "You stopped this turn");
    await chat.isIn("settled.stopped");
    await chat.sees(chat.answers, "Cut off here");
    expect(await chat.answerText()).toContain(shown);
    await chat.button("Try again").click();
    await chat.isIn("running.streaming");
    await chat.isIn("settled.completed");
    expect(await chat.answerText()).toContain(shown);
    expect(await chat.answers.count()).toBe(1);
    expect(await chat.page.getByText("Cut off here").count()).toBe(0);
  });

  test("goes on after a reload in mid-stream", async () => {
    const chat = await suite.open();
    await chat.say("Tell me a long story");
    const shown = await chat.isWriting(20);
    await chat.page.reload();
    const again = await chat.isWriting(20);
    expect(again.startsWith(shown.slice(0, 60))).toBe(true);
    const lengths = await chat.watchAnswers();
    await chat.isIn("settled.completed");
    await chat.sees(chat.page.getByRole("status"), "Answer complete");
    // Nothing that was shown is taken away, also where the stored answer takes the stream's place.
    expect(Math.min(...(await lengths()))).toBeGreaterThanOrEqual(again.replace(/\s/g, "").length);
    expect((await chat.answerText()).length).toBeGreaterThan(again.length);
    expect(await chat.answers.count()).toBe(1);
  });

  test("is the same in two tabs, while it is written and afterwards", async () => {
    const first = await suite.open();
    await first.say("Tell me a long story");
    await first.isWriting(5);
    const second = await suite.open(new URL(first.page.url()).hash);
    await second.isWriting(20);
    const [one, other] = await Promise.all([first.answerText(), second.answerText()]);
    const common = Math.min(one.length, other.length);
    expect(one.slice(0, common)).toBe(other.slice(0, common));
    await second.button("Stop").click();
    await Promise.all([first.isIn("settled.stopped"), second.isIn("settled.stopped")]);
    await expect.poll(async () => (await first.answerText()) === (await second.answerText())).toBe(true);
  });

  test("completes by itself when the backend is killed in mid-stream and comes back", async () => {
    suite.allow(/WebSocket|ERR_CONNECTION_REFUSED|reconnect/i);
    const chat = await suite.open();
    await chat.say("Tell me a long story");
    await chat.isWriting(20);
    await chat.button("Kill the backend").click();
    await suite.backend.isKilled();
    await chat.sees(chat.page.getByRole("status"), "Connection lost");
    await chat.say("And then think about it");
    await chat.sees(chat.page.getByRole("status"), "Your message stays here");
    expect(await chat.composer.inputValue()).toBe("And then think about it");
    await suite.backend.restart();
    await chat.isIn("settled.completed");
    expect(await chat.page.getByText("Connection lost").count()).toBe(0);
    expect((await chat.answerText()).match(/A durable turn is a row/g)).toHaveLength(6);
    expect(await chat.answers.count()).toBe(1);
    await chat.sees(chat.machine.getByRole("region", { name: "Log" }), "Stream handler");
    await chat.composer.press("Enter");
    await chat.sees(chat.answers, "forty-two");
    expect(await chat.composer.inputValue()).toBe("");
  });
});
