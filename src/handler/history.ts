import { convertToModelMessages, type ModelMessage, type ToolSet } from "ai";
import { persistently } from "../../component/lib/persistently.js";
import type { Cursor, HistoryEntry, Message, ToolCall } from "../../component/validators/message.js";
import { toJson } from "../values/convexValue.js";
import { withFileUrls } from "../api/files.js";
import { toMessageDocs } from "../api/messageDocs.js";
import type { ActionCtx, ComponentApi, MessageDoc } from "../types.js";
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

/** Loads the messages that the model sees, oldest first: those of the claim's page, and of older pages as needed. */
export async function loadHistory(
  ctx: ActionCtx,
  component: ComponentApi,
  { threadId, turn, first, recentMessages = Infinity }: HistoryOptions,
): Promise<MessageDoc[]> {
  const messages: Message[] = [];
  const toolCalls: ToolCall[] = [];
  let page: HistoryPage = first;
  for (;;) {
    for (const entry of page.entries) {
      if (entry.kind === "message") messages.unshift(entry.message);
      else toolCalls.unshift(entry.toolCall);
    }
    const missing = recentMessages - messages.length;
    const hasTurn = messages[0] !== undefined && messages[0].turn < turn;
    if (page.cursor === null || (missing <= 0 && hasTurn)) break;
    const maxMessages = missing > 0 && Number.isFinite(missing) ? missing : undefined;
    const question = { threadId, cursor: page.cursor, maxMessages };
    page = await persistently(() => ctx.runQuery(component.messages.history, question), {
      forMs: PATIENCE_MS,
    });
  }
  const newest = newestOf(messages, turn, recentMessages);
  const docs = await withFileUrls(ctx, toMessageDocs(newest, toolCalls));
  return docs.map((message) => toJson(message) as MessageDoc);
}

/** The running turn and as many messages before it as allowed, beginning with a user's: providers require that. */
function newestOf(messages: Message[], turn: number, recentMessages: number): Message[] {
  const ofTurn = messages.filter((message) => message.turn === turn).length;
  const start = messages.length - Math.max(recentMessages, ofTurn, 1);
  if (start <= 0) return messages;
  const user = messages.findIndex(({ role }, index) => index >= start && role === "user");
  return messages.slice(user < 0 ? start : user);
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
