import { isToolUIPart, type UIMessageChunk } from "ai";
import { isSameValue } from "../../component/lib/storable.js";
import type { MessagePart } from "../follow/types.js";
import { isDataPart } from "../values/dataParts.js";
import { canBecome, hasOutcome, isNamed, isText, NOT_MADE, toolChunks, wholeChunk } from "./partChunks.js";

/** A part that the reader has. */
interface Shown {
  part: MessagePart;
  /** The id of its text while that may grow; null otherwise. */
  textId: string | null;
}

/**
 * Converts a growing answer to chunks for its reader: each time those that lead from what the reader has to what the answer is
 * now, whether that comes from a stream or a commit. Text is never sent again.
 *
 * If another attempt at a step has other text, the step is reset where the reader's SDK can do that. Otherwise chunks cannot be
 * taken back: the parts of the earlier attempt are ended, and the step starts over.
 */
export class AnswerWriter {
  /** Whether the reader still has text or data of an attempt that was discarded. */
  hasSuperseded = false;
  private shown: Shown[];
  private isInStep = false;
  private texts = 0;

  /**
   * @param known - the parts that the reader has from an earlier stream. Default: none.
   * @param canResetSteps - whether the reader's SDK knows `reset-step`. Default: false.
   */
  constructor(
    private known: MessagePart[] | null = null,
    private readonly canResetSteps = false,
  ) {
    this.shown = (known ?? []).map((part) => ({ part, textId: null }));
  }

  /**
   * Returns the chunks that lead to the answer's parts.
   *
   * @param isLive - whether its last step is being streamed: as long as another attempt repeats what was shown, there are none.
   */
  advance(parts: MessagePart[], isLive: boolean): UIMessageChunk[] {
    const chunks: UIMessageChunk[] = [];
    let places = matching(this.shown, parts);
    if (this.known) {
      this.shown = this.shown.filter((shown) => places.includes(shown));
      this.known = null;
    }
    const isLost = (shown: Shown) => !places.includes(shown);
    const lost = this.shown.findIndex(
      (shown) => isLost(shown) && isText(shown.part) && shown.part.text !== "",
    );
    if (lost >= 0) {
      if (isLive && repeats(this.shown, parts)) return [];
      chunks.push(...this.discardStep(lost));
      places = matching(this.shown, parts);
    }
    const gone = this.shown.filter(isLost);
    this.hasSuperseded ||= gone.some(({ part }) => isDataPart(part));
    this.shown = this.shown.filter((shown) => !gone.includes(shown));
    chunks.push(...gone.flatMap((shown) => this.endPart(shown)));
    parts.forEach((part, index) => {
      const place = places[index];
      chunks.push(...(place ? this.updatePart(place, part) : this.startPart(part)));
    });
    return chunks;
  }

  /** Returns the chunks that end open texts, and the step. */
  end(): UIMessageChunk[] {
    const chunks = this.endTexts();
    if (this.isInStep) chunks.push({ type: "finish-step" });
    this.isInStep = false;
    return chunks;
  }

  /** Discards the step that a part belongs to, and what came after it. */
  private discardStep(index: number): UIMessageChunk[] {
    const begin = this.shown.findLastIndex(({ part }, at) => at <= index && part.type === "step-start");
    const isLast = !this.shown.some(({ part }, at) => at > begin && part.type === "step-start");
    if (this.canResetSteps && isLast) {
      this.shown.splice(begin + 1);
      return [{ type: "reset-step" } as unknown as UIMessageChunk];
    }
    this.hasSuperseded = true;
    return this.shown.splice(Math.max(0, begin)).flatMap((shown) => this.endPart(shown));
  }

  private endPart(shown: Shown): UIMessageChunk[] {
    const { part } = shown;
    if (isToolUIPart(part) && !hasOutcome(part))
      return [{ type: "tool-output-error", toolCallId: part.toolCallId, errorText: NOT_MADE }];
    return this.endText(shown);
  }

  private startPart(part: MessagePart): UIMessageChunk[] {
    const shown: Shown = { part, textId: null };
    if (part.type === "step-start") {
      const ended = this.end();
      this.isInStep = true;
      this.shown.push(shown);
      return [...ended, { type: "start-step" }];
    }
    this.shown.push(shown);
    if (isText(part)) {
      shown.part = { ...part, text: "" };
      return this.updatePart(shown, part);
    }
    return isToolUIPart(part) ? toolChunks(null, part) : wholeChunk(part);
  }

  private updatePart(shown: Shown, part: MessagePart): UIMessageChunk[] {
    const before = shown.part;
    if (isText(part)) return this.growText(shown, part);
    if (isToolUIPart(part)) {
      const chunks = toolChunks(before as typeof part, part);
      if (chunks.length > 0) shown.part = part;
      return chunks;
    }
    shown.part = part;
    return isSameValue(before, part) ? [] : wholeChunk(part);
  }

  /** Adds to a text. One that was ended already continues in a further part. */
  private growText(
    shown: Shown,
    part: Extract<MessagePart, { type: "text" | "reasoning" }>,
  ): UIMessageChunk[] {
    const chunks: UIMessageChunk[] = [];
    const { type: kind, text, providerMetadata } = part;
    const delta = text.slice((shown.part as typeof part).text.length);
    const metadata = providerMetadata && { providerMetadata };
    shown.part = part;
    if (shown.textId === null && delta !== "") {
      shown.textId = `${kind}-${(this.texts += 1)}`;
      chunks.push({ type: `${kind}-start`, id: shown.textId, ...metadata });
    }
    if (shown.textId !== null && delta !== "")
      chunks.push({ type: `${kind}-delta`, id: shown.textId, delta, ...metadata });
    return part.state === "streaming" ? chunks : [...chunks, ...this.endText(shown)];
  }

  private endTexts(): UIMessageChunk[] {
    return this.shown.flatMap((shown) => this.endText(shown));
  }

  private endText(shown: Shown): UIMessageChunk[] {
    const { part, textId } = shown;
    if (textId === null || !isText(part)) return [];
    shown.textId = null;
    const { providerMetadata } = part;
    return [{ type: `${part.type}-end`, id: textId, ...(providerMetadata && { providerMetadata }) }];
  }
}

/** Finds, for each part of the answer, the part that the reader has of it; null if it has none. */
function matching(shown: Shown[], parts: MessagePart[]): (Shown | null)[] {
  const found = new Set<Shown>();
  let from = 0;
  return parts.map((part) => {
    const begin = isNamed(part) ? 0 : from;
    const at = shown.findIndex(
      (one, index) => index >= begin && !found.has(one) && canBecome(one.part, part),
    );
    if (at < 0) return null;
    if (!isNamed(part)) from = at + 1;
    found.add(shown[at]!);
    return shown[at]!;
  });
}

/** Whether the answer, as far as it has come, has the same text as what was shown. */
function repeats(shown: Shown[], parts: MessagePart[]): boolean {
  const before = textsByStep(shown.map(({ part }) => part));
  const now = textsByStep(parts);
  if (before.length !== now.length) return false;
  const last = before.at(-1)!;
  return now.at(-1)!.every((text, index) => {
    const old = last[index] ?? text;
    return old.startsWith(text) || text.startsWith(old);
  });
}

const textsByStep = (parts: MessagePart[]): string[][] =>
  parts.reduce<string[][]>(
    (steps, part) => {
      if (part.type === "step-start") return [...steps, []];
      if (isText(part)) steps.at(-1)!.push(`${part.type} ${part.text}`);
      return steps;
    },
    [[]],
  );
