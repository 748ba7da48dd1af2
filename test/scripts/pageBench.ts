/**
 * Measures the example's page in Chromium, by the browser's own traces: how long the main thread is busy at a time while 200 kB
 * stream, with Markdown and as plain text, and what it takes to open and to scroll sixty turns.
 *
 *   tsx --conditions=@convex-dev/component-source test/scripts/pageBench.ts
 */
import { ConvexHttpClient } from "convex/browser";
import type { Browser } from "playwright-core";
import { api } from "../../example/convex/_generated/api.js";
import { ChatPage } from "../browser/support/chatPage.js";
import { withExample } from "./withExample.js";

/** The categories of a trace that have each task of the main thread. */
const CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"];
const LONG_MS = 50;
const TOO_LONG_MS = 200;

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  dur?: number;
  args?: { name?: string };
}

/** How long each task of the page's main thread took, in milliseconds, longest first. */
function tasksOf(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid}:${tid}`),
  );
  return traceEvents
    .filter(({ name, pid, tid }) => name.endsWith("RunTask") && main.has(`${pid}:${tid}`))
    .map(({ dur = 0 }) => dur / 1000)
    .sort((a, b) => b - a);
}

async function stream(browser: Browser, url: string, prompt: string) {
  const chat = await ChatPage.open(browser, url, { reducedMotion: "no-preference" });
  await chat.composer.waitFor();
  await browser.startTracing(chat.page, { categories: CATEGORIES });
  await chat.say(prompt);
  await chat.isIn("running.streaming");
  await chat.isIn("settled.completed");
  await chat.page.locator("[data-writing]").waitFor({ state: "detached" });
  const tasks = tasksOf(await browser.stopTracing());
  const characters = (await chat.answerText()).length;
  await chat.close();
  return {
    characters,
    longestMs: Math.round(tasks[0]!),
    [`over ${LONG_MS} ms`]: tasks.filter((ms) => ms > LONG_MS).length,
    [`over ${TOO_LONG_MS} ms`]: tasks.filter((ms) => ms > TOO_LONG_MS).length,
    busyMs: Math.round(tasks.reduce((sum, ms) => sum + ms, 0)),
  };
}

/** What an answer of sixty turns looks like. */
const ANSWER = `Some **words** and \`code\`.\n\n- one\n- two\n\n\`\`\`ts\nconst a = 1;\n\`\`\`\n\n${"More words. ".repeat(20)}`;

async function openAndScroll(browser: Browser, url: string) {
  const messages = Array.from({ length: 120 }, (_, index) =>
    index % 2 === 0
      ? { role: "user" as const, prompt: `Question ${index}` }
      : { role: "assistant" as const, prompt: `${ANSWER}\n\nAnswer ${index}.` },
  );
  await new ConvexHttpClient(url).mutation(api.chat.createThread, { title: "Sixty turns", messages });
  const chat = await ChatPage.open(browser, url);
  // tsx gives functions their names with this, also those that run in the page.
  await chat.page.evaluate("globalThis.__name = (value) => value");
  const row = chat.page.getByRole("button", { name: /Sixty turns/ }).first();
  await row.waitFor();
  const openMs = await row.evaluate(
    (button: HTMLElement) =>
      new Promise<number>((resolve) => {
        const begun = performance.now();
        const isThere = () => document.querySelector('[role="log"]')?.textContent.includes("Answer 119.");
        const look = () => (isThere() ? resolve(performance.now() - begun) : requestAnimationFrame(look));
        button.click();
        requestAnimationFrame(look);
      }),
  );
  const earlier = chat.button("Earlier messages");
  for (let page = 0; page < 2; page++) {
    const shown = await chat.answers.count();
    await earlier.click();
    await chat.page.waitForFunction(
      (before) => document.querySelectorAll('[data-role="assistant"]').length > before,
      shown,
    );
  }
  const frames = await chat.page.getByRole("log").evaluate(
    (log) =>
      new Promise<number[]>((resolve) => {
        const deltas: number[] = [];
        let last = performance.now();
        log.scrollTop = log.scrollHeight;
        const step = (now: number) => {
          deltas.push(now - last);
          last = now;
          log.scrollTop -= 120;
          if (log.scrollTop > 0) requestAnimationFrame(step);
          else resolve(deltas);
        };
        requestAnimationFrame(step);
      }),
  );
  const turns = await chat.answers.count();
  await chat.close();
  const late = frames.filter((ms) => ms > 34).length;
  return {
    turns,
    openMs: Math.round(openMs),
    frames: frames.length,
    late,
    worstFrameMs: Math.round(Math.max(...frames)),
  };
}

await withExample(async (browser, backend) => {
  console.table({ "sixty turns": await openAndScroll(browser, backend.url) });
  const plain = await stream(browser, backend.url, "Be very long, in plain text");
  const markdown = await stream(browser, backend.url, "Be very long");
  console.table({ plain, markdown });
  console.log(
    `Markdown to plain text: longest task ${(markdown.longestMs / plain.longestMs).toFixed(1)}, ` +
      `busy ${(markdown.busyMs / plain.busyMs).toFixed(1)}`,
  );
});
