import type { RecordedHistory } from "convex-durable-agents/machines";
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { idle, leads } from "../machines/mutation/fault.js";
import { brokenBy, follows } from "../support/histories.js";
import { violations } from "./support/axe.js";
import type { ChatPage } from "./support/chatPage.js";
import { browserSuite } from "./support/suite.js";

const panel = ({ machine }: ChatPage, name: string): Locator => machine.getByRole("region", { name });
const entry = (chat: ChatPage, sentence: string): Locator =>
  panel(chat, "Log").getByRole("button", { name: sentence });
const arrow = ({ machine }: ChatPage, from: string, to: string): Locator =>
  machine.locator(`[data-edge="${from} -> ${to}"]`);

browserSuite("the inspector of a real thread", (suite) => {
  test("shows one that runs, and how it came to its end", async () => {
    const chat = await suite.open();
    await chat.say("Tell me a long story");
    await chat.isIn("running.streaming");
    await chat.sees(panel(chat, "State"), "the model's answer");
    await chat.sees(panel(chat, "Log"), "Stream handler started");
    expect(await arrow(chat, "running.queued", "running.streaming").getAttribute("data-kind")).toBe("last");
    await chat.isIn("settled.completed");
    await chat.sees(panel(chat, "Log"), "Model finished: the turn is complete");
    await chat.sees(panel(chat, "Usage"), "Step 1");
  });

  test("shows what one waits for, and steps back through what happened to it", async () => {
    const chat = await suite.open();
    const { machine, page } = chat;
    await chat.say("Ask me something");
    await chat.isIn("running.tools");
    await chat.sees(panel(chat, "Tool calls"), "ask_person waits for a result from outside");
    await machine.getByText("Messages", { exact: true }).click();
    await chat.sees(panel(chat, "Messages"), "ask_person no outcome yet");
    await page.getByRole("textbox", { name: "What is your favourite colour?" }).fill("blue");
    await page.keyboard.press("Enter");
    await chat.isIn("settled.completed");
    await chat.sees(panel(chat, "Messages"), "ask_person done");

    await entry(chat, "1 tool requested").click();
    await chat.isIn("running.tools");
    await chat.sees(panel(chat, "Messages"), "ask_person no outcome yet");
    expect(await panel(chat, "Messages").innerText()).not.toContain("You told me");
    const back = machine.getByRole("button", { name: "Back", exact: true });
    await back.focus();
    await page.keyboard.press("Enter");
    await chat.isIn("running.streaming");
    expect(await panel(chat, "Messages").innerText()).not.toContain("ask_person");
    expect(await violations(chat)).toEqual([]);
    await machine.getByRole("button", { name: "Now" }).click();
    await chat.isIn("settled.completed");
    await chat.sees(panel(chat, "Messages"), "You told me");
  });

  test("shows one that is retried, and one that fails", async () => {
    const chat = await suite.open();
    await chat.say("Be flaky");
    await chat.isIn("running.backoff");
    await chat.sees(panel(chat, "State"), "overloaded");
    await chat.isIn("settled.completed");
    await chat.sees(panel(chat, "Log"), "attempt 2");
    await chat.say("Be broken");
    await chat.isIn("settled.failed");
    await chat.sees(panel(chat, "State"), "refuses this request");
    await chat.sees(panel(chat, "Log"), "the turn has failed");
  });

  test("shows one whose handler is killed, and how it goes on", async () => {
    suite.allow(/WebSocket|ERR_CONNECTION_REFUSED|reconnect/i);
    const chat = await suite.open();
    await chat.say("Tell me a long story");
    await chat.isWriting(20);
    await suite.backend.kill();
    await suite.backend.restart();
    await chat.isIn("settled.completed");
    await chat.sees(panel(chat, "Log"), "Stream handler died: the step is tried again");
    await chat.sees(panel(chat, "Log"), "attempt 2");
    // The attempt after it names it as its cause.
    await entry(chat, "Stream handler died").last().click();
    await chat.isIn("running.queued");
    await chat.sees(panel(chat, "State"), "LEASE_EXPIRED");
    expect(await arrow(chat, "running.streaming", "running.queued").getAttribute("data-kind")).toBe("last");
  });

  test("shows one that is forked", async () => {
    const chat = await suite.open();
    await chat.say("Hello there");
    await chat.isIn("settled.completed");
    await chat.answers.last().hover();
    await chat.button("Fork").last().click();
    await chat.isIn("settled.idle");
    await chat.sees(panel(chat, "Log"), "Forked: another thread's history is copied");
    await chat.sees(panel(chat, "Log"), "History is copied: the thread waits for its user");
    await chat.machine.getByText("Messages", { exact: true }).click();
    await chat.sees(panel(chat, "Messages"), "Hello there");
  });

  test("exports a history that is a test: it passes, and fails if the machine is broken", async () => {
    const permissions = ["clipboard-read", "clipboard-write"];
    const chat = await suite.open("", { permissions });
    await chat.say("Be flaky");
    await chat.isIn("settled.completed");
    await chat.say("What is the weather in Oslo?");
    await chat.sees(chat.answers, "Here is what I found");
    await chat.isIn("settled.completed");
    await chat.machine.getByRole("button", { name: "Copy as a test" }).click();
    await chat.sees(chat.machine, "Copied: replay it in a test");
    const copied = await chat.page.evaluate(() => navigator.clipboard.readText());
    const history = JSON.parse(copied) as RecordedHistory;

    const events = history.events.map(({ event }) => event.type);
    for (const type of ["STREAM_FAILED", "RETRY_DUE", "STREAM_FINISHED"]) expect(events).toContain(type);
    expect(follows(history)).toBe(true);
    for (const fault of [
      leads("running.backoff", "RETRY_DUE", 0, "streaming"),
      leads("running.streaming", "STREAM_FINISHED", 0, "backoff"),
      idle("takeLease"),
    ])
      expect(follows(history, brokenBy(fault)), fault.name).toBe(false);
  });
});
