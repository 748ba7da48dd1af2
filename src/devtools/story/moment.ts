import type { MessageDoc } from "../../types.js";
import type { StoryEntry } from "./story.js";

/**
 * What is known of tool calls at a moment: their outcomes are those of now; none had an outcome yet; or they were awaited, and the log
 * does not say which of them had one.
 */
export type CallsThen = "settled" | "none" | "awaited";

/** A message as it was at a moment of its thread. */
export interface PastMessage {
  message: MessageDoc;
  /** Whether it waited for its turn. */
  isWaiting: boolean;
  calls: CallsThen;
}

/** A thread's messages as they were at a moment. */
export interface Moment {
  messages: PastMessage[];
  /** Whether messages were deleted since, or taken back: these are not among them. */
  wasCutSince: boolean;
  /** Whether a model call was under way, of which nothing was committed yet. */
  isAnswering: boolean;
}

/** The events after which messages are gone. */
const CUTS = new Set(["REWIND", "WITHDRAW"]);

const AWAITS_TOOLS = "running.tools";

/**
 * The messages of a thread as they were after an entry of its story. Each was committed along with an entry, or between two.
 *
 * @param messages - those that are there now, oldest first.
 */
export function momentAt(
  messages: readonly MessageDoc[],
  story: readonly StoryEntry[],
  index: number,
): Moment {
  const { entry, turn } = story[index]!;
  const next = story[index + 1]?.entry;
  const round = next && roundAt(story, index);
  return {
    // A message is created no earlier than its entry's time, and no later than the next transaction begins.
    messages: messages
      .filter(({ _creationTime: at }) => !next || at < next.at || Math.floor(at) <= entry.at)
      .map((message) => ({
        message,
        isWaiting: message.role === "user" && turn !== null && message.turn > turn.turn,
        calls: round && message._creationTime >= round.began ? round.calls : "settled",
      })),
    wasCutSince: story.slice(index + 1).some(({ entry: { event } }) => CUTS.has(event)),
    isAnswering: entry.to === "running.streaming",
  };
}

/** The tool calls that were awaited at an entry, and when their step was committed; undefined if none were. */
function roundAt(
  story: readonly StoryEntry[],
  index: number,
): { began: number; calls: CallsThen } | undefined {
  if (story[index]!.entry.to !== AWAITS_TOOLS) return undefined;
  const first = story.findLastIndex(({ entry }, at) => at <= index && entry.from !== AWAITS_TOOLS);
  return { began: story[first]?.entry.at ?? -Infinity, calls: first === index ? "none" : "awaited" };
}
