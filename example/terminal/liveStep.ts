import type { UIMessageChunk } from "ai";

/** Words of the agent: its answer, or the reasoning before it. */
export interface Prose {
  type: "text" | "reasoning";
  text: string;
}

/** A chunk of a stream as it is stored: bare text continues the text or the reasoning before it. */
type StoredChunk = UIMessageChunk | string;

/** The words of a step as far as its stream has come. */
export class LiveStep {
  readonly prose: Prose[] = [];
  private readonly begun = new Map<string, Prose>();
  private last: Prose | undefined;

  constructor(
    readonly turn: number,
    readonly step: number,
  ) {}

  /** Takes in the next chunks. Tool calls are left out: the committed step has them. */
  take(chunks: StoredChunk[]): void {
    for (const chunk of chunks) {
      if (typeof chunk === "string") this.continue(this.last, chunk);
      else if (chunk.type === "text-delta") this.continue(this.partOf("text", chunk.id), chunk.delta);
      else if (chunk.type === "reasoning-delta")
        this.continue(this.partOf("reasoning", chunk.id), chunk.delta);
    }
  }

  private continue(part: Prose | undefined, text: string): void {
    if (part) part.text += text;
    this.last = part;
  }

  private partOf(type: Prose["type"], id: string): Prose {
    const known = this.begun.get(`${type} ${id}`);
    if (known) return known;
    const part: Prose = { type, text: "" };
    this.begun.set(`${type} ${id}`, part);
    this.prose.push(part);
    return part;
  }
}
