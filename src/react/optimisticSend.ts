import type { OptimisticLocalStore } from "convex/browser";
import type { FunctionArgs, FunctionReference } from "convex/server";
import type { MessageDoc, MessagesWithStreams, ThreadDoc } from "../types.js";
import { OPTIMISTIC_ID } from "../follow/foldMessages.js";
import type { MessagesWithStreamsQuery, ThreadQuery } from "../follow/types.js";

/** Shows a sent message at once, at the head of the thread's next turn. */
export function showSent(
  store: OptimisticLocalStore,
  { listMessages, getThread }: { listMessages: MessagesWithStreamsQuery; getThread: ThreadQuery },
  { threadId, prompt, whileRunning }: { threadId: string; prompt?: string; whileRunning?: string },
): void {
  // A message that steers or interrupts the running turn is shown when the server has placed it.
  if (!prompt || (whileRunning && whileRunning !== "queue")) return;
  const thread = cached(store, getThread)
    .filter(({ args }) => args.threadId === threadId)
    .map(({ value }) => value as ThreadDoc | null | undefined)[0];
  for (const { args, value } of cached(store, listMessages)) {
    const answer = value as MessagesWithStreams | undefined;
    if (!answer || args.threadId !== threadId || args.streamArgs?.kind !== "messages") continue;
    const { messages = [] } = answer;
    const sent: MessageDoc = {
      id: OPTIMISTIC_ID + messages.length,
      role: "user",
      parts: [{ type: "text", text: prompt }],
      turn: (thread?.turn ?? messages.at(-1)?.turn ?? 0) + 1,
      step: 0,
      _creationTime: Date.now(),
    };
    store.setQuery(listMessages, args, { messages: [...messages, sent] });
  }
}

const cached = <Query extends FunctionReference<"query">>(store: OptimisticLocalStore, query: Query) =>
  store.getAllQueries(query) as { args: FunctionArgs<Query>; value: unknown }[];
