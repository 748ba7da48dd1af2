import type { FunctionArgs } from "convex/server";
import { useState } from "react";
import type { StreamArgs, StreamDelta, StreamInfo } from "../types.js";
import { NO_STREAM, withDeltas, withStreams } from "./liveStream.js";
import type { LiveStep, MessagesWithStreamsQuery, ThreadArgs } from "./types.js";
import { useQueryResult } from "./useQueryResult.js";

const NO_STREAMS: StreamInfo[] = [];
const NO_DELTAS: StreamDelta[] = [];

/**
 * Follows the step that is being streamed. The subscription moves on with each delta that arrived, so that a
 * delta is delivered once, and nothing committed is read for it.
 */
export function useLiveStep<Query extends MessagesWithStreamsQuery>(
  query: Query,
  args: ThreadArgs<Query> | "skip",
): { live: LiveStep | null; error: Error | undefined } {
  const ask = (streamArgs: StreamArgs) => ({ ...(args as object), streamArgs }) as FunctionArgs<Query>;
  const list = useQueryResult(query, args === "skip" ? "skip" : ask({ kind: "list" }));
  const key = JSON.stringify(args);
  const [held, hold] = useState({ key, live: NO_STREAM });

  const previous = held.key === key ? held.live : NO_STREAM;
  const streams = list.value?.streams;
  const followed = withStreams(previous, streams?.kind === "list" ? streams.streams : NO_STREAMS);
  const { stream, nextSeq } = followed;
  const deltas = useQueryResult(
    query,
    stream ? ask({ kind: "deltas", cursors: [{ streamId: stream.streamId, cursor: nextSeq }] }) : "skip",
  );
  const answer = deltas.value?.streams;
  const live = withDeltas(followed, answer?.kind === "deltas" ? answer.deltas : NO_DELTAS);
  // Set while rendering: React renders again at once, with the subscription moved on, and shows nothing in between.
  if (live !== held.live || key !== held.key) hold({ key, live });

  return { live: live.shown, error: list.error ?? deltas.error };
}
