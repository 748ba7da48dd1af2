import type { FunctionArgs } from "convex/server";
import { useState } from "react";
import type { StreamArgs } from "../types.js";
import { NO_STREAM, withUpdate, type LiveStream } from "../follow/liveStream.js";
import type { MessagesWithStreamsQuery, ThreadArgs } from "../follow/types.js";
import { useQueryResult } from "./useQueryResult.js";

/**
 * Follows the step that is being streamed. The subscription moves its cursor with each delta that arrived, so that a delta is
 * delivered once, and no committed message is read for it.
 */
export function useLiveStep<Query extends MessagesWithStreamsQuery>(
  query: Query,
  args: ThreadArgs<Query> | "skip",
): { live: LiveStream; error: Error | undefined } {
  const key = JSON.stringify(args);
  const [state, setState] = useState({ key, live: NO_STREAM });
  const previous = state.key === key ? state.live : NO_STREAM;
  const streamArgs: StreamArgs = { kind: "deltas", ...(previous.cursor && { cursor: previous.cursor }) };
  const { value, error } = useQueryResult(
    query,
    args === "skip" ? "skip" : ({ ...(args as object), streamArgs } as FunctionArgs<Query>),
  );
  const live = withUpdate(previous, value?.stream);
  // Set while rendering: React renders again at once, with the subscription moved on, and shows nothing in between.
  if (live !== state.live || key !== state.key) setState({ key, live });
  return { live, error };
}
