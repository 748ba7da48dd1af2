import { convertToModelMessages, type ModelMessage, type ToolSet } from "ai";
import { getConvexSize } from "convex/values";
import { MAX_HISTORY_BYTES } from "../../component/lib/limits.js";
import { persistently } from "../../component/lib/persistently.js";
import type { Cursor, HistoryEntry, Message, ToolCall } from "../../component/validators/message.js";
import { toJson } from "../../component/lib/storable.js";
import { withFileUrls } from "../api/files.js";
import { toMessageDocs } from "../api/messageDocs.js";
import type { ActionCtx, ComponentApi, MessageDoc } from "../types.js";
import { agentError } from "../errors.js";
import { PATIENCE_MS } from "./heldStep.js";

/** A page of the history, newest first; a claim returns the first one. */
interface HistoryPage {
  entries: HistoryEntry[];
  cursor: Cursor | null;
}

interface HistoryOptions {
  threadId: string;
  /** The running turn, which the model always sees whole. */
  turn: number;
  first: HistoryPage;
  /** How many messages at most, though always the whole running turn. Default: all. */
  recentMessages?: number;
}

/** A message with its tool calls. */
interface StoredMessage {
  message: Message;
  toolCalls: ToolCall[];
  /** What both have together, as they are stored. */
  bytes: number;
}

/**
 * Loads the messages that the model sees, oldest first: those of the claim's page, and of older pages as needed. They have 12 MiB
 * as stored at most.
 *
 * @throws history_too_large - the running turn alone has more.
 */
export async function loadHistory(
  ctx: ActionCtx,
  component: ComponentApi,
  { threadId, turn, first, recentMessages = Infinity }: HistoryOptions,
): Promise<MessageDoc[]> {
  const loaded: StoredMessage[] = [];
  let toolCalls: ToolCall[] = [];
  let bytes = 0;
  const sizes = { turn: 0, older: 0 };
  let page: HistoryPage = first;
  for (;;) {
    for (const entry of page.entries) {
      const size = getConvexSize(entry);
      sizes[turnOf(entry) === turn ? "turn" : "older"] += size;
      bytes += size;
      if (entry.kind === "toolCall") {
        toolCalls.unshift(entry.toolCall);
        continue;
      }
      loaded.push({ message: entry.message, toolCalls, bytes });
      toolCalls = [];
      bytes = 0;
    }
    if (sizes.turn > MAX_HISTORY_BYTES) throw tooLarge(turn);
    const isFull = sizes.turn + sizes.older > MAX_HISTORY_BYTES;
    const missing = isFull ? 0 : recentMessages - loaded.length;
    if (page.cursor === null || (missing <= 0 && sizes.older > 0)) break;
    const maxMessages = missing > 0 && Number.isFinite(missing) ? missing : undefined;
    const question = { threadId, cursor: page.cursor, maxMessages };
    page = await persistently(() => ctx.runQuery(component.messages.history, question), {
      forMs: PATIENCE_MS,
    });
  }
  const seen = newestOf(loaded, turn, recentMessages);
  const docs = toMessageDocs(
    seen.map(({ message }) => message),
    seen.flatMap((stored) => stored.toolCalls),
  );
  return (await withFileUrls(ctx, docs)).map((message) => toJson(message) as MessageDoc);
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

/** Converts messages to the form that the model takes. */
export async function toModelMessages(messages: MessageDoc[], tools: ToolSet): Promise<ModelMessage[]> {
  return convertToModelMessages(messages.map(withoutCutReasoning), { tools });
}

/** Leaves out reasoning that was cut off: it has no signature of the provider's, and providers refuse it without. */
function withoutCutReasoning(message: MessageDoc): MessageDoc {
  if (!message.partial) return message;
  return { ...message, parts: message.parts.filter(({ type }) => type !== "reasoning") };
}
