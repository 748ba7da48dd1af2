import { clearScreenDown, cursorTo, moveCursor, type Interface } from "node:readline";
import { printable, wrap, type Run, type Style } from "./wrap.js";

/** Where output goes. */
export interface Screen {
  write(text: string, style?: Style): void;
  /** Ends the row that output is in, unless it is at the beginning of one. */
  endRow(): void;
}

const DIM = "\u001b[2m";
const PLAIN = "\u001b[0m";

const styled = ({ text, style }: Run, isColored: boolean): string =>
  isColored && style === "dim" ? DIM + text + PLAIN : text;

/** Output one after the other, for a pipe or a file. */
export class PlainScreen implements Screen {
  private isInRow = false;

  constructor(
    private readonly output: Pick<NodeJS.WritableStream, "write">,
    private readonly isColored: boolean,
  ) {}

  write(text: string, style: Style = "plain"): void {
    if (text === "") return;
    this.output.write(styled({ text: printable(text), style }, this.isColored));
    this.isInRow = !text.endsWith("\n");
  }

  endRow(): void {
    if (this.isInRow) this.write("\n");
  }
}

/**
 * Output above a prompt where a person types, which stays the last line. Each time the prompt is taken away, the row that
 * output has not ended yet is written again with what is new, and the prompt follows on the next line.
 */
export class PromptScreen implements Screen {
  /** The row that output has not ended yet. */
  private row: Run[] = [];
  private isClosed = false;

  constructor(
    private readonly prompt: Interface,
    private readonly output: NodeJS.WritableStream & { columns: number },
    private readonly isColored: boolean,
  ) {
    // What a person has entered stays where it is, and output goes on below.
    prompt.on("line", () => this.begin());
    prompt.on("close", () => {
      this.isClosed = true;
      this.row = [];
      output.write("\n");
    });
    this.begin();
  }

  write(text: string, style: Style = "plain"): void {
    if (text === "") return;
    const rowsOfPrompt = this.isClosed ? 0 : this.prompt.getCursorPos().rows;
    moveCursor(this.output, 0, -(rowsOfPrompt + (this.row.length > 0 ? 1 : 0)));
    cursorTo(this.output, 0);
    clearScreenDown(this.output);
    const rows = wrap([...this.row, { text: printable(text), style }], this.output.columns - 1);
    this.row = rows.at(-1)!;
    const toText = (row: Run[]) => row.map((run) => styled(run, this.isColored)).join("");
    this.output.write(rows.map(toText).join("\n"));
    if (this.row.length > 0) this.output.write("\n");
    if (this.isClosed) return;
    // It would go up by the rows that it had, to where the output is now; the types do not know this count.
    (this.prompt as Interface & { prevRows?: number }).prevRows = 0;
    this.prompt.prompt(true);
  }

  endRow(): void {
    this.row = [];
  }

  private begin(): void {
    this.row = [];
    this.prompt.prompt();
  }
}
