import { convertToModelMessages, type ModelMessage, type ToolSet } from "ai";
import type { Cursor, HistoryEntry, Message, ToolCall } from "../component/validators.js";
import { toJson } from "./convexValue.js";
import { toMessageDocs } from "./messageDocs.js";
import type { ActionCtx, ComponentApi, MessageDoc } from "./types.js";

/** What a claim answers of the transcript. */
interface FirstPage {
  entries: HistoryEntry[];
  cursor: Cursor | null;
}

/**
 * The transcript as the model may see it, oldest first: the claim's page, and older pages as far as they are
 * wanted.
 *
 * @param recentMessages - how many messages at most; all of them unless told.
 */
export async function loadHistory(
  ctx: ActionCtx,
  component: ComponentApi,
  {
    threadId,
    first,
    recentMessages = Infinity,
  }: { threadId: string; first: FirstPage; recentMessages?: number },
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
    if (page.cursor === null || missing <= 0) break;
    const maxMessages = Number.isFinite(missing) ? missing : undefined;
    page = await ctx.runQuery(component.messages.history, { threadId, cursor: page.cursor, maxMessages });
  }
  return toMessageDocs(threadId, messages, toolCalls).map((message) => toJson(message) as MessageDoc);
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
