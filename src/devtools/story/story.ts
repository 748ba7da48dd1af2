import { wholeTokens } from "../../../machines/thread/tokens.js";
import type { Transition, Turn } from "../../types.js";
import { sentenceOf } from "./sentences.js";

/** What an entry is about, to filter by. */
export const TOPICS = ["messages", "model", "tools", "problems", "control", "history"] as const;
export type Topic = (typeof TOPICS)[number];

const TOPIC_OF: Record<string, Topic> = {
  SEND: "messages",
  STEER: "messages",
  INTERRUPT: "messages",
  WITHDRAW: "messages",
  APPEND: "messages",
  STREAM_STARTED: "model",
  STREAM_FINISHED: "model",
  TOOLS_SETTLED: "tools",
  STREAM_CONTINUED: "tools",
  STREAM_FAILED: "problems",
  LEASE_EXPIRED: "problems",
  ENQUEUE_FAILED: "problems",
  RETRY_DUE: "problems",
  GIVE_UP: "problems",
  TIME_UP: "problems",
  REWIND: "history",
  TRUNCATED: "history",
  FORK: "history",
  COPIED: "history",
};

/** An entry of the log, as a part of what happened. */
export interface StoryEntry {
  entry: Transition;
  sentence: string;
  /** One that requested tools is about the model and the tools. */
  topics: Topic[];
  /** How long the thread stayed where the entry led, in milliseconds; null for the last one, where it still is. */
  stayedMs: number | null;
  /** Which attempt at its step this belongs to, where it is not the first. */
  attempt: number | null;
  /** Why this attempt is made. */
  cause: string | null;
  /** What the step has used, where the log says so. */
  tokens: number | null;
  cost: number | null;
  /** The turn that it belongs to, where that is known. */
  turn: Turn | null;
  /** Whether a turn began with it; undefined where that is not known. */
  beginsTurn: boolean | undefined;
}

/** After these, whatever is attempted is attempted for the first time. */
const NEW_STEP = new Set([
  "STREAM_FINISHED",
  "STREAM_CONTINUED",
  "TOOLS_SETTLED",
  "INTERRUPT",
  "RESUME",
  "TRUNCATED",
]);
const FAILURES = new Set(["STREAM_FAILED", "LEASE_EXPIRED", "ENQUEUE_FAILED"]);

const isRetry = ({ event, to }: Transition) =>
  to === "running.queued" && (event === "RETRY_DUE" || event === "LEASE_EXPIRED");

/**
 * Tells what happened, oldest first.
 *
 * @param turns - the thread's turns, newest first, as far as they are known.
 */
export function tellStory(log: Transition[], turns: Turn[]): StoryEntry[] {
  const starts = new Set(turns.map(({ startedAt }) => startedAt));
  const known = Math.min(...starts);
  let attempt = 1;
  let cause: string | null = null;
  return log.map((entry, index) => {
    if (NEW_STEP.has(entry.event) || entry.from.startsWith("settled.")) [attempt, cause] = [1, null];
    if (isRetry(entry)) attempt += 1;
    if (FAILURES.has(entry.event)) cause = sentenceOf(entry);
    const next = log[index + 1];
    const { tokens, cost } = entry.details ?? {};
    return {
      entry,
      sentence: sentenceOf(entry),
      topics: topicsOf(entry),
      stayedMs: next ? next.at - entry.at : null,
      attempt: attempt > 1 ? attempt : null,
      cause: attempt > 1 && entry.event === "STREAM_STARTED" ? cause : null,
      tokens: tokens ? wholeTokens(tokens).total : null,
      cost: cost ?? null,
      turn: turns.find(({ startedAt }) => startedAt <= entry.at) ?? null,
      beginsTurn: entry.at >= known ? starts.has(entry.at) && entry.to.startsWith("running.") : undefined,
    };
  });
}

function topicsOf({ event, to }: Transition): Topic[] {
  const topic = TOPIC_OF[event] ?? "control";
  if (event === "STREAM_FINISHED" && to === "running.tools") return ["model", "tools"];
  return to === "settled.failed" && topic !== "problems" ? [topic, "problems"] : [topic];
}
