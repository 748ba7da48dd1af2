import type { MessageDoc, ThreadDoc } from "convex-durable-agents";
import { describeThread } from "convex-durable-agents/machines";
import type { LiveStep, Prose } from "./liveStep.js";
import type { Screen } from "./screen.js";
import { isQuestion, isToolCall, needsApproval, questionOf, toolNameOf, type ToolCall } from "./toolCalls.js";

/** Prints a thread as it goes: words while they stream, tool calls, outcomes and transitions, each once. */
export class Display {
  /** The words of each step as far as they are printed. */
  private readonly steps = new Map<string, Prose[]>();
  private readonly committed = new Set<string>();
  /** The last printed state of each tool call. */
  private readonly calls = new Map<string, string>();
  private state = "";

  constructor(private readonly screen: Screen) {}

  /** A line of its own. */
  note(line: string): void {
    this.screen.endRow();
    this.screen.write(`${line}\n`, "dim");
  }

  /** A line of its own that a person has to see. */
  say(line: string): void {
    this.screen.endRow();
    this.screen.write(`${line}\n`);
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

  /** Prints what is new in the stream of a step, unless the step is committed: then its message has all of it. */
  live({ turn, step, prose }: LiveStep): void {
    const place = `${turn}.${step}`;
    if (!this.committed.has(place)) this.prose(place, prose);
  }

  /** Prints what is new in the committed transcript. */
  messages(messages: MessageDoc[]): void {
    for (const { role, turn, step, parts } of messages) {
      if (role !== "assistant") continue;
      this.committed.add(`${turn}.${step}`);
      this.prose(
        `${turn}.${step}`,
        parts.filter(
          (part): part is Extract<typeof part, Prose> => part.type === "text" || part.type === "reasoning",
        ),
      );
      for (const call of parts.filter(isToolCall)) this.call(call);
    }
  }

  private call(call: ToolCall): void {
    if (call.state === "output-available" && call.preliminary) return;
    if (this.calls.get(call.toolCallId) === call.state) return;
    this.calls.set(call.toolCallId, call.state);
    const name = toolNameOf(call);
    const made = `${name}(${JSON.stringify(call.input)})`;
    if (isQuestion(call)) {
      this.say(`  ? ${questionOf(call)}`);
      this.note("    Answer with: /answer TEXT");
    } else if (needsApproval(call)) {
      this.say(`  ? ${made} needs your approval.`);
      this.note("    Let it run with: /approve   Keep it from running with: /deny REASON");
    } else if (call.state === "input-available") this.note(`  ${made}`);
    else if (call.state === "output-available") this.note(`  ${name} = ${JSON.stringify(call.output)}`);
    else if (call.state === "output-error") this.note(`  ${name} failed: ${call.errorText}`);
    else if (call.state === "output-denied") this.note(`  ${name} was denied: ${call.approval.reason}`);
  }

  /** Prints how the words of a step go on. A step that is tried again may have others: then they are printed, too. */
  private prose(place: string, said: readonly Prose[]): void {
    const now = said.filter(({ text }) => text !== "").map(({ type, text }) => ({ type, text }));
    let before = this.steps.get(place) ?? [];
    if (continues(before, now)) return;
    if (!continues(now, before)) {
      this.note("  (the step is tried again)");
      before = [];
    }
    now.forEach(({ type, text }, index) => {
      const printed = before[index]?.text.length ?? 0;
      if (printed === text.length) return;
      if (printed === 0) this.screen.endRow();
      this.screen.write(text.slice(printed), type === "reasoning" ? "dim" : "plain");
    });
    this.steps.set(place, now);
  }
}

/** Whether the words are those before, or those and more. */
const continues = (words: Prose[], before: Prose[]): boolean =>
  before.every(({ type, text }, index) => {
    const word = words[index];
    const isLast = index === before.length - 1;
    return word?.type === type && (isLast ? word.text.startsWith(text) : word.text === text);
  });
