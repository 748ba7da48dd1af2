import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { complaintsOf } from "./complaints.js";

/** Only a failure takes this long, in milliseconds; a watchdog that looks every ten seconds fits in. */
const PATIENCE_MS = 90_000;

/** The example in a tab, as a person sees it. */
export class ChatPage {
  /** What the console and uncaught errors said. */
  readonly complaints: readonly string[];

  private constructor(readonly page: Page) {
    this.complaints = complaintsOf(page);
    page.setDefaultTimeout(PATIENCE_MS);
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<ChatPage> {
    // Text that grows with every frame keeps a processor busy, and nothing here looks at how it grows.
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: "reduce",
      ...options,
    });
    const chat = new ChatPage(await context.newPage());
    await chat.page.goto(url);
    return chat;
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: "Message" });
  }

  /** What the agent says, in all turns. */
  get answers(): Locator {
    return this.page.getByRole("article", { name: "Agent" });
  }

  get machine(): Locator {
    return this.page.getByRole("complementary", { name: "Machine", includeHidden: true });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  async say(prompt: string): Promise<void> {
    await this.composer.fill(prompt);
    await this.composer.press("Enter");
  }

  async answerText(): Promise<string> {
    return (await this.answers.allInnerTexts()).join("\n");
  }

  /** Remembers from now on how many characters of words the answers shown had, each time the page changed. */
  async watchAnswers(): Promise<() => Promise<number[]>> {
    await this.page.evaluate(() => {
      const lengths: number[] = [];
      const look = () => {
        const answers = [...document.querySelectorAll<HTMLElement>('[data-role="assistant"]')];
        lengths.push(
          answers.reduce((length, { innerText }) => length + innerText.replace(/\s/g, "").length, 0),
        );
      };
      new MutationObserver(look).observe(document.body, {
        subtree: true,
        childList: true,
        characterData: true,
      });
      Object.assign(window, { answerLengths: lengths });
    });
    return () => this.page.evaluate(() => (window as unknown as { answerLengths: number[] }).answerLengths);
  }

  /** Waits until an element says something. */
  async sees(locator: Locator, words: string | RegExp): Promise<void> {
    await locator.filter({ hasText: words }).first().waitFor();
  }

  /** Waits until the open thread's state is lit in the machine's diagram, which need not be in view. */
  async isIn(state: string): Promise<void> {
    await this.machine.locator(`[data-state="${state}"][aria-current="true"]`).waitFor({ state: "attached" });
  }

  /** Waits until some text of an answer is shown; with a long one, it is still being written. */
  async isWriting(words: number): Promise<string> {
    await this.page.waitForFunction(
      (least) => {
        const answers = [...document.querySelectorAll('[data-role="assistant"]')];
        return (
          answers
            .map((answer) => answer.textContent)
            .join(" ")
            .split(" ").length > least
        );
      },
      words,
      { polling: 100 },
    );
    return this.answerText();
  }

  /** What there is to see, for the report of a test that failed. */
  async describe(): Promise<string> {
    const text = await this.page.innerText("body").catch((error: unknown) => String(error));
    return [`${this.page.url()} shows:`, text, ...this.complaints].join("\n");
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
