import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { beforeEach, describe, expect, test } from "vitest";
import { PromptScreen } from "../../example/terminal/screen.js";
import { Emulator } from "./emulator.js";

let terminal: Emulator;
let keys: PassThrough;
let entered: string[];
let screen: PromptScreen;

beforeEach(() => {
  terminal = new Emulator(30);
  keys = new PassThrough();
  const lines = createInterface({ input: keys, output: terminal, terminal: true, prompt: "> " });
  entered = [];
  lines.on("line", (line) => entered.push(line));
  screen = new PromptScreen(lines, terminal, false);
});

/** Keys arrive as events, and are taken in one after the other. */
async function type(text: string): Promise<void> {
  keys.write(text);
  await new Promise((resolve) => setImmediate(resolve));
}

describe("output above a prompt", () => {
  test("goes on in its row, and what is being typed stays whole below it", async () => {
    screen.write("The weather");
    await type("And to");
    screen.write(" is fi");
    await type("morrow?");
    screen.write("ne today.");
    expect(terminal.text).toEqual(["The weather is fine today.", "> And tomorrow?"]);
    expect(terminal.cursor).toEqual({ row: 1, column: 15 });
    await type("\r");
    expect(entered).toEqual(["And tomorrow?"]);
    screen.write("Rain.\n");
    expect(terminal.text).toEqual(["The weather is fine today.", "> And tomorrow?", "Rain.", ">"]);
  });

  test("breaks between words, also where they come in pieces", () => {
    for (const piece of ["A sentence that goes o", "n beyond the e", "nd of the row.\n"]) screen.write(piece);
    expect(terminal.text).toEqual(["A sentence that goes on", "beyond the end of the row.", ">"]);
  });

  test("leaves a draft whole that is longer than a row, wherever its cursor is", async () => {
    const draft = "a draft that takes up more than one row of the terminal";
    const rows = ["> a draft that takes up more t", "han one row of the terminal"];
    screen.write("One");
    await type(draft);
    screen.write(" two");
    expect(terminal.text).toEqual(["One two", ...rows]);
    await type("\u001b[H");
    screen.write(" three");
    await type("\u001b[F");
    screen.write(" four\nfive");
    expect(terminal.text).toEqual(["One two three four", "five", ...rows]);
    await type("!\r");
    expect(entered).toEqual([`${draft}!`]);
  });

  test("does not let what it prints command the terminal", () => {
    screen.write("before \u001b[2J\u001b[5A\rafter");
    expect(terminal.text).toEqual(["before [2J[5Aafter", ">"]);
  });

  test("begins a row of its own where it is asked to", () => {
    screen.write("words");
    screen.endRow();
    screen.write("a note\n");
    screen.endRow();
    screen.write("more");
    expect(terminal.text).toEqual(["words", "a note", "more", ">"]);
  });
});
