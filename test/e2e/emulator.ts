import { Writable } from "node:stream";

/** A terminal as far as Node's readline uses one: it knows what a person sees on it. */
export class Emulator extends Writable {
  private rows: string[][] = [[]];
  private row = 0;
  private column = 0;

  constructor(readonly columns: number) {
    super({ decodeStrings: false });
  }

  /** The rows that are not empty at the end, without blanks at their ends. */
  get text(): string[] {
    const rows = this.rows.map((row) => row.join("").trimEnd());
    return rows.slice(0, rows.findLastIndex((row) => row !== "") + 1);
  }

  /** Where the next character goes. */
  get cursor(): { row: number; column: number } {
    return { row: this.row, column: this.column };
  }

  override _write(text: string, _encoding: BufferEncoding, done: () => void): void {
    for (const token of text.match(/\u001b\[\d*[A-Za-z]|[^]/gu) ?? []) this.obey(token);
    done();
  }

  private obey(token: string): void {
    const [, amount, command] = /^\u001b\[(\d*)([A-Za-z])$/.exec(token) ?? [];
    const by = Number(amount || 1);
    if (command === "A") this.row = Math.max(0, this.row - by);
    else if (command === "B") this.row += by;
    else if (command === "C") this.column += by;
    else if (command === "D") this.column -= by;
    else if (command === "G") this.column = by - 1;
    else if (command === "J") this.clear();
    else if (command === "K") this.rows[this.row]!.length = this.column;
    else if (command === "m") return;
    else if (command !== undefined) throw new Error(`The emulator does not know ${command}.`);
    else if (token === "\r") this.column = 0;
    else if (token === "\n") this.nextRow();
    else this.print(token);
  }

  private clear(): void {
    this.rows.length = this.row + 1;
    const row = this.rows[this.row]!;
    row.length = Math.min(row.length, this.column);
  }

  /** As terminals do, a full row is left for the next one when a further character comes. */
  private print(letter: string): void {
    if (this.column >= this.columns) this.nextRow();
    const row = this.rows[this.row]!;
    while (row.length < this.column) row.push(" ");
    row[this.column] = letter;
    this.column += 1;
  }

  private nextRow(): void {
    this.row += 1;
    this.column = 0;
    while (this.rows.length <= this.row) this.rows.push([]);
  }
}
