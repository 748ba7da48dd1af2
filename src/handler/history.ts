import { convertToModelMessages, type ModelMessage, type ToolSet } from "ai";
import { getConvexSize } from "convex/values";
import { MAX_HISTORY_BYTES } from "../../component/lib/limits.js";
import { persistently } from "../../component/lib/persistently.js";
import type { Cursor, HistoryEntry, Message, ToolCall } from "../../component/validators/message.js";
import { toJson } from "../../component/lib/storable.js";
import { toMessageDocs } from "../api/messageDocs.js";
import type { ActionCtx, ComponentApi, MessageDoc } from "../types.js";
import { agentError } from "../errors.js";
import { PATIENCE_MS } from "./heldStep.js";
import { withPromptFiles } from "./promptFiles.js";

/** A page of the history, newest first; a claim returns the first one. */
interface HistoryPage {
  entries: HistoryEntry[];
  cursor: Cursor | null;
}

/** A message with its tool calls. */
interface StoredMessage {
  message: Message;
  toolCalls: ToolCall[];
  /** What both have together, as they are stored. */
  bytes: number;
}

/** The transcript of a thread as far as a turn's model calls need it: loaded once, and kept up to date from step to step. */
export class History {
  /** Newest first. */
  private readonly loaded: StoredMessage[] = [];
  /** Calls whose message is on the next page. */
  private toolCalls: ToolCall[] = [];
  private bytes = 0;
  private readonly sizes = { turn: 0, older: 0 };
  private cursor: Cursor | null = null;

  /**
   * @param turn - the running turn, which the model always sees whole.
   */
  constructor(
    private readonly ctx: ActionCtx,
    private readonly component: ComponentApi,
    private readonly threadId: string,
    private readonly turn: number,
    first: HistoryPage,
  ) {
    this.add(first);
  }

  /**
   * The messages that the model sees, oldest first; older ones are loaded as needed. They have 12 MiB as stored at most.
   *
   * @param recentMessages - how many messages at most, though always the whole running turn. Default: all.
   * @throws history_too_large - the running turn alone has more.
   */
  async seen(recentMessages = Infinity): Promise<MessageDoc[]> {
    this.checkTurn();
    for (let missing; (missing = this.missing(recentMessages)) !== null;) {
      const maxMessages = missing > 0 && Number.isFinite(missing) ? missing : undefined;
      const question = { threadId: this.threadId, cursor: this.cursor!, maxMessages };
      const ask = () => this.ctx.runQuery(this.component.messages.history, question);
      this.add(await persistently(ask, { forMs: PATIENCE_MS }));
      this.checkTurn();
    }
    const seen = newestOf(this.loaded, this.turn, recentMessages);
    const docs = toMessageDocs(
      seen.map(({ message }) => message),
      seen.flatMap((stored) => stored.toolCalls),
    );
    return (await withPromptFiles(this.ctx, docs)).map((message) => toJson(message) as MessageDoc);
  }

  /** The user who sent the newest of the messages that are to be answered; undefined is the thread's owner. */
  get sender(): string | undefined {
    return this.loaded.find(({ message }) => message.role === "user")?.message.sender;
  }

  /** Adds the newest message, and what came of its calls. */
  append(message: Message, toolCalls: ToolCall[] = []): void {
    const entries: HistoryEntry[] = [
      ...toolCalls.map((toolCall) => ({ kind: "toolCall" as const, toolCall })),
      { kind: "message", message },
    ];
    const bytes = entries.reduce((sum, entry) => sum + getConvexSize(entry), 0);
    this.sizes.turn += bytes;
    this.loaded.unshift({ message, toolCalls, bytes });
  }

  /** Adds a page of older messages. */
  private add({ entries, cursor }: HistoryPage): void {
    this.cursor = cursor;
    for (const entry of entries) {
      const size = getConvexSize(entry);
      this.sizes[turnOf(entry) === this.turn ? "turn" : "older"] += size;
      this.bytes += size;
      if (entry.kind === "toolCall") {
        this.toolCalls.unshift(entry.toolCall);
        continue;
      }
      this.loaded.push({ message: entry.message, toolCalls: this.toolCalls, bytes: this.bytes });
      this.toolCalls = [];
      this.bytes = 0;
    }
  }

  /** How many older messages to load, 0 where the turn itself is not complete; null when nothing is missing. */
  private missing(recentMessages: number): number | null {
    if (this.cursor === null) return null;
    const isFull = this.sizes.turn + this.sizes.older > MAX_HISTORY_BYTES;
    const missing = isFull ? 0 : recentMessages - this.loaded.length;
    return missing <= 0 && this.sizes.older > 0 ? null : missing;
  }

  private checkTurn(): void {
    if (this.sizes.turn > MAX_HISTORY_BYTES) throw tooLarge(this.turn);
  }
}

const turnOf = (entry: HistoryEntry): number =>
  entry.kind === "toolCall" ? entry.toolCall.turn : entry.message.turn;

const tooLarge = (turn: number) =>
  agentError(
    "history_too_large",
    `Turn ${turn} has more than ${MAX_HISTORY_BYTES} bytes of messages and outcomes of tools, which is more than a model call is sent. Have the tools return less, or a reference to what they found.`,
  );

/**
 * The running turn and as many messages before it as allowed, beginning with a user's: providers require that.
 *
 * @param loaded - messages, newest first.
 * @returns oldest first.
 */
function newestOf(loaded: StoredMessage[], turn: number, recentMessages: number): StoredMessage[] {
  let bytes = 0;
  const end = loaded.findIndex((stored, index) => {
    bytes += stored.bytes;
    const isLeftOut = index >= recentMessages || bytes > MAX_HISTORY_BYTES;
    return index > 0 && stored.message.turn < turn && isLeftOut;
  });
  if (end < 0) return loaded.toReversed();
  const newest = loaded.slice(0, end).reverse();
  const user = newest.findIndex(({ message }) => message.role === "user");
  return newest.slice(Math.max(user, 0));
}

/** Converts a data part to what the model is sent of it; undefined: nothing. */
export type ConvertDataPart = NonNullable<
  NonNullable<Parameters<typeof convertToModelMessages>[1]>["convertDataPart"]
>;

/**
 * Converts messages to the form that the model takes.
 *
 * @param convertDataPart - what the model is sent of data parts; the history has none of tools. Default: nothing.
 */
export async function toModelMessages(
  messages: MessageDoc[],
  tools: ToolSet,
  convertDataPart?: ConvertDataPart,
): Promise<ModelMessage[]> {
  const converted = await convertToModelMessages(messages.map(withoutCutReasoning), {
    tools,
    convertDataPart,
  });
  // Nothing may be left of a message, and providers refuse an empty one.
  return converted.filter(({ content }) => content.length > 0);
}

/** Leaves out reasoning that was cut off: it has no signature of the provider's, and providers refuse it without. */
function withoutCutReasoning(message: MessageDoc): MessageDoc {
  if (!message.partial) return message;
  return { ...message, parts: message.parts.filter(({ type }) => type !== "reasoning") };
}
