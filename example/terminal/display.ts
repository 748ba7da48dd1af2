import type { MessageDoc, ThreadDoc } from "convex-durable-agents";
import { describeThread } from "convex-durable-agents/machines";

const DIM = "\u001b[2m";
const PLAIN = "\u001b[0m";

/** A chunk of a stream; bare text continues the text before it. */
type StoredChunk = string | { type: string; delta?: string };

const textOf = (chunk: StoredChunk): string => {
  if (typeof chunk === "string") return chunk;
  return chunk.type === "text-delta" ? (chunk.delta ?? "") : "";
};

/** Prints a thread as it goes: text while it streams, tool calls, outcomes and transitions, each once. */
export class Display {
  /** What was printed of each step, and of each tool call. */
  private readonly printed = new Map<string, string>();
  private state = "";
  private atLineStart = true;

  constructor(private readonly write: (text: string) => void) {}

  /** A line of its own. */
  note(line: string): void {
    this.print(`${this.atLineStart ? "" : "\n"}${DIM}${line}${PLAIN}\n`);
  }

  /** Prints the thread's transition, if it made one. */
  thread({ snapshot, error }: ThreadDoc): void {
    if (!snapshot) return;
    const { state, waitsFor } = describeThread(snapshot);
    const { generation, attempt } = snapshot.context;
    const line = `${state} (generation ${generation}, attempt ${attempt})`;
    if (line === this.state) return;
    this.state = line;
    this.note(`  → ${line}${waitsFor ? `: waits for ${waitsFor}` : ""}${error ? `: ${error.message}` : ""}`);
  }

  /** Prints what is new in a live stream of a step. */
  chunks(step: string, chunks: unknown[]): void {
    this.text(step, (chunks as StoredChunk[]).map(textOf).join(""));
  }

  /** Prints what is new in the committed transcript. */
  messages(messages: MessageDoc[]): void {
    for (const { role, turn, step, parts } of messages) {
      if (role !== "assistant") continue;
      this.text(`${turn}.${step}`, parts.map((part) => (part.type === "text" ? part.text : "")).join(""));
      for (const part of parts) {
        if (!("toolCallId" in part) || this.printed.get(part.toolCallId) === part.state) continue;
        this.printed.set(part.toolCallId, part.state);
        const name = part.type.replace("tool-", "");
        if (part.state === "input-available") this.note(`  ${name}(${JSON.stringify(part.input)})`);
        if (part.state === "output-available") this.note(`  ${name} = ${JSON.stringify(part.output)}`);
        if (part.state === "output-error") this.note(`  ${name} failed: ${part.errorText}`);
      }
    }
  }

  /** A step that is tried again may say something else: then it is printed anew. */
  private text(step: string, text: string): void {
    const before = this.printed.get(step) ?? "";
    if (before.startsWith(text)) return;
    if (!text.startsWith(before)) this.note("  (the step is tried again)");
    this.print(text.startsWith(before) ? text.slice(before.length) : text);
    this.printed.set(step, text);
  }

  private print(text: string): void {
    this.write(text);
    this.atLineStart = text.endsWith("\n");
  }
}
