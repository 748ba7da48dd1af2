import type { MessageDoc } from "../../types.js";
import type { StoryEntry } from "./story.js";

/** A message as it was at a moment of its thread. */
export interface PastMessage {
  message: MessageDoc;
  /** Whether it waited for its turn. */
  isWaiting: boolean;
  /** Whether its tool calls were awaited. Which of them had an outcome by then, the log does not say. */
  isAwaited: boolean;
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
  const roundBegan = next && roundAt(story, index);
  return {
    // A message is created no earlier than its entry's time, and no later than the next transaction begins.
    messages: messages
      .filter(({ _creationTime: at }) => !next || at < next.at || Math.floor(at) <= entry.at)
      .map((message) => ({
        message,
        isWaiting: message.role === "user" && turn !== null && message.turn > turn.turn,
        isAwaited: roundBegan !== undefined && message._creationTime >= roundBegan,
      })),
    wasCutSince: story.slice(index + 1).some(({ entry: { event } }) => CUTS.has(event)),
    isAnswering: entry.to === "running.streaming",
  };
}

/** When the step was committed whose tool calls were awaited at an entry; undefined if none were. */
function roundAt(story: readonly StoryEntry[], index: number): number | undefined {
  if (story[index]!.entry.to !== AWAITS_TOOLS) return undefined;
  const before = story.slice(0, index + 1);
  return before.findLast(({ entry }) => entry.from !== AWAITS_TOOLS)?.entry.at ?? -Infinity;
}
