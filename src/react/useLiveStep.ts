import type { FunctionArgs } from "convex/server";
import { useState } from "react";
import type { StreamArgs } from "../types.js";
import { NO_STREAM, withNews, type LiveStream } from "../follow/liveStream.js";
import type { MessagesWithStreamsQuery, ThreadArgs } from "../follow/types.js";
import { useQueryResult } from "./useQueryResult.js";

/**
 * Follows the step that is being streamed. The subscription moves on with each delta that arrived, so that a
 * delta is delivered once, and nothing committed is read for it.
 */
export function useLiveStep<Query extends MessagesWithStreamsQuery>(
  query: Query,
  args: ThreadArgs<Query> | "skip",
): { live: LiveStream; error: Error | undefined } {
  const key = JSON.stringify(args);
  const [held, hold] = useState({ key, live: NO_STREAM });
  const previous = held.key === key ? held.live : NO_STREAM;
  const streamArgs: StreamArgs = { kind: "deltas", ...(previous.cursor && { cursor: previous.cursor }) };
  const { value, error } = useQueryResult(
    query,
    args === "skip" ? "skip" : ({ ...(args as object), streamArgs } as FunctionArgs<Query>),
  );
  const live = withNews(previous, value?.stream);
  // Set while rendering: React renders again at once, with the subscription moved on, and shows nothing in between.
  if (live !== held.live || key !== held.key) hold({ key, live });
  return { live, error };
}
