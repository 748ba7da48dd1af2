import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject } from "vitest";
import { startExample, type ExampleBackend } from "./backend.js";
import { ChatPage } from "./chatPage.js";
import { chromiumPath, launchChromium } from "./chromium.js";

export interface Suite {
  readonly backend: ExampleBackend;
  /** Opens the example in a tab of its own, closed after the test. */
  open: (hash?: string, options?: BrowserContextOptions) => Promise<ChatPage>;
  /** Complaints that the test brings about itself. */
  allow: (expected: RegExp) => void;
}

/** Tests on the example page; they are skipped where there is no Chromium, and fail when the console complains. */
export function browserSuite(name: string, define: (suite: Suite) => void): void {
  describe.skipIf(!chromiumPath)(name, () => {
    let browser: Browser;
    let backend: ExampleBackend;
    const pages: ChatPage[] = [];
    const allowed: RegExp[] = [];

    beforeAll(async () => {
      [browser, backend] = await Promise.all([launchChromium(), startExample(inject("pageDir"))]);
    });
    afterEach(async ({ task }) => {
      const opened = pages.splice(0);
      if (task.result?.state === "fail") for (const page of opened) console.error(await page.describe());
      await Promise.all(opened.map((page) => page.close()));
      const expected = allowed.splice(0);
      const complaints = opened.flatMap((page) => page.complaints);
      expect(complaints.filter((complaint) => !expected.some((one) => one.test(complaint)))).toEqual([]);
    });
    afterAll(async () => {
      await browser.close();
      await backend.kill();
    });

    define({
      get backend() {
        return backend;
      },
      open: async (hash = "", options) => {
        const page = await ChatPage.open(browser, backend.url + "/" + hash, options);
        pages.push(page);
        return page;
      },
      allow: (expected) => void allowed.push(expected),
    });
  });
}
