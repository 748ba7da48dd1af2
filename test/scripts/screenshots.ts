/**
 * Takes the pictures in docs/screenshots of the example on the embedded backend, in a real Chromium:
 *
 *   tsx test/scripts/screenshots.ts
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { PNG } from "pngjs";
import type { ExampleBackend } from "../browser/support/backend.js";
import { ChatPage } from "../browser/support/chatPage.js";
import { withExample } from "./withExample.js";

const root = path.resolve(import.meta.dirname, "../..");
const pictures = path.join(root, "docs/screenshots");

type Scene = (chat: ChatPage, backend: ExampleBackend) => Promise<void>;

const DARK: BrowserContextOptions = { colorScheme: "dark" };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 780 },
  isMobile: true,
  hasTouch: true,
};

/** In this order: later scenes find the threads of earlier ones in the list. */
const SCENES: Record<string, { scene: Scene; options?: BrowserContextOptions }> = {
  empty: { scene: async () => {} },
  tools: {
    scene: async (chat) => {
      await chat.say("What is the weather in Paris and Oslo?");
      await chat.sees(chat.answers, "Here is what I found");
      await chat.isIn("settled.completed");
      await chat.sees(chat.answers, /°C[^]*°C/);
    },
  },
  streaming: {
    options: DARK,
    scene: async (chat) => {
      await chat.say("Tell me a long story");
      await chat.isWriting(60);
      await chat.say("And what comes after that?");
      await chat.isWriting(110);
    },
  },
  control: {
    scene: async (chat) => {
      await chat.say("Tell me a long story");
      await chat.isWriting(30);
      await chat.page.getByText("Steer", { exact: true }).click();
      await chat.say("And now think about it");
      await chat.page.getByText("Queue", { exact: true }).first().click();
      await chat.say("What is the weather in Oslo?");
      await chat.sees(chat.page.getByRole("article", { name: "You" }), "Queued");
      await chat.isWriting(60);
    },
  },
  failed: {
    scene: async (chat) => {
      await chat.say("Be broken");
      await chat.isIn("settled.failed");
      await chat.say("Be flaky");
      await chat.sees(chat.page.getByRole("status"), "Attempt 2 of 3");
    },
  },
  stopped: {
    scene: async (chat) => {
      await chat.say("Tell me a long story");
      await chat.isWriting(60);
      await chat.button("Stop").click();
      await chat.isIn("settled.stopped");
    },
  },
  person: {
    scene: async (chat) => {
      await chat.say("Ask me something");
      await chat.isIn("running.tools");
      await chat.page.getByLabel("What is your favourite colour?").fill("green");
    },
  },
  approval: {
    scene: async (chat) => {
      await chat.say("Book us a table");
      await chat.page.getByRole("main").getByLabel("people").fill("4");
    },
  },
  disconnected: {
    options: DARK,
    scene: async (chat, backend) => {
      await chat.say("Tell me a long story");
      await chat.isWriting(60);
      await backend.kill();
      await chat.sees(chat.page.getByRole("status"), "Connection lost");
    },
  },
  phone: {
    options: PHONE,
    scene: async (chat) => {
      await chat.say("What is the weather in Paris?");
      await chat.sees(chat.answers, "Here is what I found");
      await chat.isIn("settled.completed");
      await chat.sees(chat.answers, "°C");
    },
  },
  versions: {
    scene: async (chat) => {
      await chat.say("Hello there");
      await chat.isIn("settled.completed");
      await chat.page.getByRole("article", { name: "You" }).hover();
      await chat.button("Edit").click();
      await chat.page.keyboard.type(", show me your format");
      await chat.page.keyboard.press("Enter");
      await chat.sees(chat.answers, "השורה השנייה");
      await chat.sees(chat.answers.locator(".hljs-keyword"), "const");
      await chat.page.getByRole("log").evaluate((log) => log.scrollTo(0, 0));
      await chat.page.getByRole("article", { name: "You" }).hover();
    },
  },
  small: {
    options: { viewport: { width: 1024, height: 768 } },
    scene: async (chat) => {
      await chat.say("Use a flaky tool");
      await chat.sees(chat.answers, "at the second attempt");
      await chat.isIn("settled.completed");
    },
  },
  "phone-machine": {
    options: PHONE,
    scene: async (chat) => {
      await chat.say("Ask me something");
      await chat.button("Machine").click();
      await chat.isIn("running.tools");
    },
  },
};

/** Levels of a colour that nobody tells apart. */
const LEVELS = 4;

/** The same picture in fewer bytes: plain areas are smallest without the filters that photographs need, and with fewer colours. */
function smaller(png: Buffer): Buffer {
  const picture = PNG.sync.read(png);
  picture.data = picture.data.map((level) => Math.min(255, Math.round(level / LEVELS) * LEVELS)) as Buffer;
  return PNG.sync.write(picture, { colorType: 2, filterType: 0, deflateLevel: 9, deflateStrategy: 0 });
}

async function take(browser: Browser, backend: ExampleBackend, name: string): Promise<void> {
  const { scene, options } = SCENES[name]!;
  const chat = await ChatPage.open(browser, backend.url, {
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  await chat.composer.waitFor();
  await chat.machine.locator("p, svg").first().waitFor({ state: "attached" });
  await scene(chat, backend);
  const taken = await chat.page.screenshot({ animations: "disabled" });
  writeFileSync(path.join(pictures, `${name}.png`), smaller(taken));
  await chat.close();
}

mkdirSync(pictures, { recursive: true });
await withExample(async (browser, backend) => {
  for (const name of Object.keys(SCENES)) {
    await take(browser, backend, name);
    if (name === "disconnected") await backend.restart();
  }
});
