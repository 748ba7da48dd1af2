import { timeOfDay } from "../format.js";
import type { StoryEntry } from "../story/story.js";

interface TimeLineProps {
  /** Oldest first, with at least one entry. */
  story: StoryEntry[];
  /** The entry that is shown; -1: the thread as it is now. */
  index: number;
  onMove: (seq: number | null) => void;
}

/** Steps back and forth through the log: the diagram shows the thread as it was then. */
export function TimeLine({ story, index, onMove }: TimeLineProps) {
  const newest = story.length - 1;
  const isNow = index === -1;
  const at = isNow ? newest : index;
  const { entry, sentence } = story[at]!;
  const moveTo = (to: number) => onMove(to >= newest ? null : story[to]!.entry.seq);
  return (
    <div className="cda-timeline" role="group" aria-label="Time line">
      <button type="button" aria-label="Back" disabled={at === 0} onClick={() => moveTo(at - 1)}>
        ◀
      </button>
      <input
        type="range"
        min={0}
        max={newest}
        value={at}
        aria-label="Event"
        aria-valuetext={`${at + 1} of ${story.length}: ${sentence}`}
        onChange={({ target }) => moveTo(Number(target.value))}
      />
      <button type="button" aria-label="Forward" disabled={at === newest} onClick={() => moveTo(at + 1)}>
        ▶
      </button>
      <button type="button" disabled={isNow} onClick={() => onMove(null)}>
        Now
      </button>
      <output>{isNow ? "Now" : `${timeOfDay(entry.at)} · ${sentence}`}</output>
    </div>
  );
}
