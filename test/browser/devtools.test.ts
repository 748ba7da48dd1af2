import path from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { build, type Rolldown } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complaintsOf } from "./support/complaints.js";
import { chromiumPath, launchChromium } from "./support/chromium.js";

/** The page's script, with React in it. */
async function bundle(): Promise<string> {
  const [built] = (await build({
    configFile: false,
    logLevel: "silent",
    plugins: [react()],
    resolve: { conditions: ["@convex-dev/component-source", "module", "browser", "development"] },
    define: { "process.env.NODE_ENV": '"development"' },
    build: {
      write: false,
      minify: false,
      lib: {
        entry: path.join(path.dirname(fileURLToPath(import.meta.url)), "support/inspectorPage.tsx"),
        formats: ["iife"],
        name: "page",
      },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput[];
  return built!.output[0].code;
}

describe.skipIf(!chromiumPath && !process.env.CI)("the inspector in a browser", () => {
  let browser: Browser;
  let script: string;
  beforeAll(async () => {
    [browser, script] = await Promise.all([launchChromium(), bundle()]);
  });
  afterAll(() => browser.close());

  const DESKTOP = { width: 1280, height: 900 };
  const PHONE = { width: 390, height: 844 };

  interface Looks {
    theme?: "light" | "dark";
    view?: "simple" | "full";
    shown?: "inspector" | "overview";
    viewport?: { width: number; height: number };
  }

  /** Shows the page; what its console complains of fails the test. */
  async function onPage(looks: Looks, use: (page: Page) => Promise<void>): Promise<void> {
    const { theme = "light", view = "simple", shown = "inspector", viewport = DESKTOP } = looks;
    const page = await browser.newPage({ viewport, reducedMotion: "reduce" });
    const complaints = complaintsOf(page);
    try {
      const body = `<body data-theme="${theme}" data-view="${view}" data-shown="${shown}">`;
      await page.setContent(
        `<!doctype html><html lang="en"><title>Inspector</title>${body}<main><h1>Threads</h1><div id="root"></div></main>`,
      );
      await page.addScriptTag({ content: script });
      await page.locator(".cda").waitFor();
      await use(page);
      expect(complaints).toEqual([]);
    } finally {
      await page.close();
    }
  }

  const looks: Looks[] = (["light", "dark"] as const).flatMap((theme) => [
    { theme, view: "simple", viewport: DESKTOP },
    { theme, view: "full", viewport: PHONE },
    { theme, shown: "overview", viewport: DESKTOP },
    { theme, shown: "overview", viewport: PHONE },
  ]);
  test.each(looks)("can be read and used by everybody: %o", (one) =>
    onPage(one, async (page) => {
      for (const folded of await page.locator("details:not([open]) > summary").all()) await folded.click();
      await page.addScriptTag({ content: axe.source });
      const violations = await page.evaluate(async () => {
        const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
      });
      expect(violations).toEqual([]);
      const overflow = () => document.documentElement.scrollWidth - window.innerWidth;
      expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
    }),
  );

  test.each([
    ["simple", DESKTOP],
    ["simple", PHONE],
    ["full", DESKTOP],
    ["full", PHONE],
  ] as const)(
    "the %s diagram has letters of 11 pixels or more, and the current state in sight, at %o",
    (view, viewport) =>
      onPage({ view, viewport }, async (page) => {
        const sizes = await page.locator(".cda-chart text").evaluateAll((texts) =>
          texts.map((text) => {
            const svg = (text as SVGTextElement).ownerSVGElement!;
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return parseFloat(getComputedStyle(text).fontSize) * scale;
          }),
        );
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(10.99);
        const canvas = (await page.locator(".cda-canvas").boundingBox())!;
        const current = (await page.locator(".cda-canvas [data-current] rect").last().boundingBox())!;
        expect(current.x).toBeGreaterThanOrEqual(canvas.x);
        expect(current.x + current.width).toBeLessThanOrEqual(canvas.x + canvas.width);
        expect(current.y).toBeGreaterThanOrEqual(canvas.y);
        expect(current.y + current.height).toBeLessThanOrEqual(canvas.y + canvas.height);
      }),
  );

  test("the diagram is moved by keys and the mouse, and zoomed around the pointer", () =>
    onPage({ view: "full" }, async (page) => {
      const canvas = page.locator(".cda-canvas");
      const place = () => canvas.evaluate(({ scrollLeft, scrollTop }) => ({ scrollLeft, scrollTop }));
      const width = () =>
        page.locator(".cda-canvas svg").evaluate((svg) => svg.getBoundingClientRect().width);
      const box = (await canvas.boundingBox())!;
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const before = await place();
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x - 20, y - 30);
      await page.mouse.up();
      expect((await place()).scrollTop).toBe(before.scrollTop + 30);

      await canvas.focus();
      const dragged = await place();
      await page.keyboard.press("ArrowDown");
      await expect.poll(async () => (await place()).scrollTop).toBeGreaterThan(dragged.scrollTop);

      const narrow = await width();
      await page.keyboard.down("Control");
      await page.mouse.wheel(0, -100);
      await page.keyboard.up("Control");
      await expect.poll(width).toBeGreaterThan(narrow);
      await page.getByRole("button", { name: "Whole" }).click();
      await expect.poll(width).toBeLessThan(narrow);
    }));
});
