import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { violations } from "./support/axe.js";
import { browserSuite } from "./support/suite.js";

browserSuite("the page", ({ open }) => {
  test("has threads that are renamed, archived, and deleted when one is sure, with the keyboard, too", async () => {
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

  test("has threads that belong to whoever is signed in", async () => {
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

  test("has nothing that axe finds, light and dark", async () => {
    const chat = await open();
    const inBoth = async () => {
      for (const colorScheme of ["dark", "light"] as const) {
        await chat.page.emulateMedia({ colorScheme });
        expect(await violations(chat), colorScheme).toEqual([]);
      }
    };
    await inBoth();
    await chat.say("What is the weather in Paris?");
    await chat.isIn("settled.completed");
    await inBoth();
    await chat.say("Ask me something");
    await chat.button("Decline").waitFor();
    await inBoth();
    await chat.button("Stop").click();
    await chat.isIn("settled.stopped");
    await inBoth();
    await chat.say("Be broken");
    await chat.isIn("settled.failed");
    await inBoth();
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
        .getByRole("log")
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
