import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { violations } from "./support/axe.js";
import { browserSuite } from "./support/suite.js";

browserSuite("the page", ({ open }) => {
  test.each(["light", "dark"] as const)("has nothing that axe finds, %s", async (colorScheme) => {
    const chat = await open("", { colorScheme });
    expect(await violations(chat)).toEqual([]);
    await chat.say("What is the weather in Paris?");
    await chat.isIn("settled.completed");
    expect(await violations(chat)).toEqual([]);
    await chat.say("Ask me something");
    await chat.isIn("running.tools");
    expect(await violations(chat)).toEqual([]);
    await chat.button("Stop").click();
    await chat.isIn("settled.stopped");
    expect(await violations(chat)).toEqual([]);
    await chat.say("Be broken");
    await chat.isIn("settled.failed");
    expect(await violations(chat)).toEqual([]);
  });

  test("sends its machine and the observed transitions to the Stately inspector", async () => {
    const chat = await open();
    // Stands in for the inspector's page, which is on the network: it keeps the messages that it receives.
    await chat.page.context().route("https://stately.ai/**", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<script>
          received = [];
          addEventListener("message", ({ data }) => received.push(data));
          opener.postMessage({ type: "@statelyai.connected" }, "*");
        </script>`,
      }),
    );
    await chat.say("Think about it");
    await chat.isIn("settled.completed");
    const [inspector] = await Promise.all([
      chat.page.waitForEvent("popup"),
      chat.button("Open in Stately").click(),
    ]);
    type Received = { type: string; definition?: string; snapshot?: { value: unknown } };
    const received = () => inspector.evaluate<Received[]>("received");
    await expect
      .poll(async () => (await received()).at(-1)?.snapshot?.value)
      .toEqual({ settled: "completed" });
    const [actor, ...steps] = await received();
    expect(actor).toMatchObject({
      type: "@xstate.actor",
      definition: expect.stringContaining("queued") as string,
    });
    expect(new Set(steps.map(({ type }) => type))).toEqual(new Set(["@xstate.snapshot"]));
  });

  test("lets wide tables and long lines of code scroll by themselves, and texts have their own direction", async () => {
    const chat = await open();
    const fetched: string[] = [];
    chat.page.on("request", (request) => fetched.push(new URL(request.url()).host));
    await chat.say("שלום, show me your format");
    await chat.sees(chat.answers, "השורה השנייה");
    await chat.isIn("settled.completed");
    expect(await chat.answers.getByRole("link", { name: "A picture from elsewhere" }).count()).toBe(1);
    await chat.sees(chat.answers, "(pictures.invalid)");
    expect(fetched, "a picture of an answer is not fetched").not.toContain("pictures.invalid");
    const overflow = (locator: Locator) =>
      locator.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    for (const width of [1440, 1000, 360]) {
      await chat.page.setViewportSize({ width, height: 800 });
      for (const part of [chat.page.locator("html"), chat.page.getByRole("log"), chat.answers])
        expect(await overflow(part)).toBe(0);
      expect(await overflow(chat.answers.getByRole("group", { name: "Table" }))).toBeGreaterThan(0);
      expect(await overflow(chat.answers.locator("pre"))).toBeGreaterThan(0);
    }
    const directionOf = (text: string) =>
      chat.page
        .getByText(text)
        .last()
        .evaluate((element) => getComputedStyle(element).direction);
    expect(await directionOf("The commit of a step")).toBe("ltr");
    expect(await directionOf("הסיכום")).toBe("rtl");
    expect(await directionOf("השורה השנייה")).toBe("rtl");
    expect(await directionOf("שלום, show me")).toBe("rtl");

    await chat.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const copied = () => chat.page.evaluate(() => navigator.clipboard.readText());
    await chat.sees(chat.answers.locator(".hljs-keyword"), "const");
    await chat.answers.getByRole("button", { name: "Copy code" }).click();
    await chat.answers.getByRole("button", { name: "Copied code" }).waitFor();
    expect(await copied()).toMatch(/^const next = stepThread\([^]*runEffect\(ctx, thread, effect\);\s*$/);
    await chat.answers.getByRole("button", { name: "Copy message" }).focus();
    expect(await violations(chat)).toEqual([]);
    await chat.page.keyboard.press("Enter");
    await expect.poll(copied).toMatch(/^## Where a turn is kept\n[^]*השורה השנייה$/);
  });

  test("fits a phone, one view at a time", async () => {
    const chat = await open("", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const fits = () => chat.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
    expect(await fits()).toBe(true);
    await chat.say("What is the weather in Paris and Oslo?");
    await chat.sees(chat.answers, "Here is what I found");
    expect(await fits()).toBe(true);
    await chat.button("Machine").click();
    await chat.isIn("settled.completed");
    expect(await chat.machine.isVisible()).toBe(true);
    expect(await chat.composer.isVisible()).toBe(false);
    expect(await fits()).toBe(true);
    await chat.button("Threads").click();
    await chat.page.getByRole("button", { name: /weather.*Completed/ }).click();
    await chat.composer.waitFor();
    expect(await violations(chat)).toEqual([]);
  });
});
