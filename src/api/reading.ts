import type { Target } from "../../component/validators/thread.js";
import { withFileUrls } from "./files.js";
import { toMessageDocs, toolPartNews } from "./messageDocs.js";
import type { ComponentApi, Cursor, MessagesWithStreams, QueryCtx, StreamArgs } from "../types.js";

/** A page of a thread's committed messages. */
export async function askPage(
  ctx: QueryCtx,
  component: ComponentApi,
  page: Target & { cursor?: Cursor; before?: string; limit?: number },
): Promise<MessagesWithStreams> {
  const { messages, toolCalls, cursor } = await ctx.runQuery(component.messages.list, page);
  return { messages: await withFileUrls(ctx, toMessageDocs(messages, toolCalls)), cursor };
}

/** What is new for somebody who follows a thread; an answer without fields says that nothing is. */
export async function askFollowing(
  ctx: QueryCtx,
  component: ComponentApi,
  target: Target,
  asked: StreamArgs,
): Promise<MessagesWithStreams> {
  switch (asked.kind) {
    case "messages": {
      const { after, whole } = asked;
      const news = await ctx.runQuery(component.messages.tail, { ...target, after, whole });
      if (news.messages.length === 0) return {};
      return { messages: await withFileUrls(ctx, toMessageDocs(news.messages, news.toolCalls)) };
    }
    case "deltas": {
      const { cursor } = asked;
      const stream = await ctx.runQuery(component.streams.update, { ...target, cursor });
      return stream ? { stream } : {};
    }
    case "toolCall": {
      const { turn, step, index } = asked;
      const call = await ctx.runQuery(component.messages.toolCall, { ...target, turn, step, index });
      const toolCall = call && toolPartNews(call);
      return toolCall ? { toolCall } : {};
    }
  }
}
