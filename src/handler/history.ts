import { convertToModelMessages, type ModelMessage, type ToolSet } from "ai";
import type { Cursor, HistoryEntry, Message, ToolCall } from "../../component/validators/message.js";
import { toJson } from "../values/convexValue.js";
import { withFileUrls } from "../api/files.js";
import { toMessageDocs } from "../api/messageDocs.js";
import type { ActionCtx, ComponentApi, MessageDoc } from "../types.js";

/** What a claim answers of the transcript. */
interface FirstPage {
  entries: HistoryEntry[];
  cursor: Cursor | null;
}

/** What of a transcript the model is to see. */
interface Wanted {
  threadId: string;
  /** The running turn, which the model sees whole. */
  turn: number;
  first: FirstPage;
  recentMessages?: number;
}

/**
 * The transcript as the model may see it, oldest first: the claim's page, and older pages as far as they are
 * wanted.
 *
 * @param recentMessages - how many messages at most, though always the whole running turn; all unless told.
 */
export async function loadHistory(
  ctx: ActionCtx,
  component: ComponentApi,
  { threadId, turn, first, recentMessages = Infinity }: Wanted,
): Promise<MessageDoc[]> {
  const messages: Message[] = [];
  const toolCalls: ToolCall[] = [];
  let page: FirstPage = first;
  for (;;) {
    for (const entry of page.entries) {
      if (entry.kind === "message") messages.unshift(entry.message);
      else toolCalls.unshift(entry.toolCall);
    }
    const missing = recentMessages - messages.length;
    const hasTurn = messages[0] !== undefined && messages[0].turn < turn;
    if (page.cursor === null || (missing <= 0 && hasTurn)) break;
    const maxMessages = missing > 0 && Number.isFinite(missing) ? missing : undefined;
    page = await ctx.runQuery(component.messages.history, { threadId, cursor: page.cursor, maxMessages });
  }
  const newest = newestOf(messages, turn, recentMessages);
  const docs = await withFileUrls(ctx, toMessageDocs(newest, toolCalls));
  return docs.map((message) => toJson(message) as MessageDoc);
}

/** The running turn and the messages before it that the bound allows, beginning with a user's: providers insist. */
function newestOf(messages: Message[], turn: number, recentMessages: number): Message[] {
  const ofTurn = messages.filter((message) => message.turn === turn).length;
  const start = messages.length - Math.max(recentMessages, ofTurn, 1);
  if (start <= 0) return messages;
  const user = messages.findIndex(({ role }, index) => index >= start && role === "user");
  return messages.slice(user < 0 ? start : user);
}

/** The transcript in the form that the model takes. */
export async function toModelMessages(messages: MessageDoc[], tools: ToolSet): Promise<ModelMessage[]> {
  return convertToModelMessages(messages.map(withoutCutReasoning), { tools });
}

/** Reasoning that was cut off lacks the provider's signature, and providers refuse it without. */
function withoutCutReasoning(message: MessageDoc): MessageDoc {
  if (!message.partial) return message;
  return { ...message, parts: message.parts.filter(({ type }) => type !== "reasoning") };
}
