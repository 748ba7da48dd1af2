import { expect, test } from "vitest";
import { violations } from "./support/axe.js";
import { browserSuite } from "./support/suite.js";

browserSuite("the transcript", ({ open }) => {
  test("keeps why a turn failed, after how many attempts, and what was stopped", async () => {
    const chat = await open();
    const { page } = chat;
    await chat.say("Be broken");
    const alert = page.getByRole("alert");
    await chat.sees(alert, "The turn failed. The scripted provider refuses this request.");
    await chat.sees(chat.answers, "This is as far as I get");
    await chat.button("Try again").click();
    await chat.isIn("running.streaming");
    await chat.isIn("settled.failed");
    // Written again in place of what was cut off.
    await expect.poll(() => chat.answers.allInnerTexts()).toEqual([expect.stringContaining("Cut off here")]);

    await chat.say("Tell me a long story");
    const mark = page.getByRole("note");
    await chat.sees(mark, "The turn failed. The scripted provider refuses this request.");
    expect(await mark.count(), "the attempt that was written again is gone").toBe(1);
    await chat.isWriting(60);
    await page.keyboard.press("Escape");
    await chat.sees(page.getByRole("status"), "You stopped this turn.");
    expect(await violations(chat)).toEqual([]);
    await chat.say("Think about it");
    await chat.isIn("settled.completed");
    await chat.sees(mark, "You stopped this turn.");
    const order = () =>
      page.locator("[data-role], .notice").evaluateAll((all) => all.map((one) => one.getAttribute("class")));
    const expected = ["message", "message", "notice", "message", "message", "notice", "message", "message"];
    expect(await order()).toEqual(expected);
    await page.reload();
    await expect.poll(order).toEqual(expected);
  });

  test("says why it waits for the next attempt and for how long, and what thinking took", async () => {
    const chat = await open();
    const { page } = chat;
    await chat.say("Be flaky");
    await chat.sees(page.getByRole("status"), /provider is overloaded.*Attempt 2 of 3 in \d s/);
    await chat.sees(chat.answers, "It worked, at attempt 2.");
    await chat.isIn("settled.completed");
    expect(await page.getByRole("main").getByText("overloaded").count()).toBe(0);

    await chat.say("Think hard about it");
    const reasoning = chat.answers.last().getByText("A durable turn is a row");
    await page.getByText("Thinking…").waitFor();
    await reasoning.waitFor();
    expect(await page.getByRole("main").getByText("Waiting for the model").count()).toBe(0);
    const summary = page.getByText(/^Thought for \S+ s$/);
    await summary.waitFor();
    await chat.isIn("settled.completed");
    expect(await reasoning.isVisible()).toBe(false);
    await summary.click();
    expect(await reasoning.isVisible()).toBe(true);
    await page.reload();
    await chat.sees(chat.answers, "forty-two");
    expect(await reasoning.isVisible()).toBe(false);
  });

  test("shows how tools run: progress, attempts, time, arguments and results", async () => {
    const chat = await open();
    const tool = (name: string) => chat.page.getByRole("group", { name: `Tool call ${name}` });
    await chat.say("What is the weather in Paris and Oslo?");
    await chat.sees(chat.answers, "Here is what I found");
    expect(await tool("get_weather").count()).toBe(2);
    // These run so shortly that a busy page may see them only when they are over, and shows no time then.
    expect(await tool("get_weather").first().innerText()).toMatch(
      /done[^]*Arguments\s+location\s+Paris[^]*Result[^]*temperature\s+\d+/,
    );
    await chat.say("Do some research");
    await chat.sees(tool("read_archive"), /running · [^]*So far\s*page \d of 8/);
    expect(await chat.page.getByRole("main").getByText("Waiting for").count()).toBe(0);
    await chat.sees(tool("read_archive"), /done · \S+ s[^]*Result\s*read\s*8/);
    expect(await tool("read_archive").innerText()).not.toContain("So far");
    await chat.sees(chat.page.getByRole("list", { name: "Found so far" }), /On rows[^]*On rest/);
    await chat.sees(chat.answers, "nothing that you do not know");
    await chat.sees(chat.page.locator(".answer-facts").last(), /scripted · \S+ s · \$0\.0/);
    await chat.say("Who am I?");
    await chat.sees(chat.answers, "You are guest");
    await chat.say("Use a flaky tool");
    await chat.sees(tool("get_quote"), /attempt 2/);
    await chat.sees(tool("get_quote"), /done · attempt 2/);
    await chat.say("Export the report");
    await chat.sees(tool("export_report"), /error[^]*archive is read-only/);
    await chat.sees(chat.answers, "That did not work");
    await chat.isIn("settled.completed");
    expect(await violations(chat)).toEqual([]);
  });
});
