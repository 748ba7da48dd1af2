import { timeOfDay } from "../format.js";
import type { StoryEntry } from "../story/story.js";

interface TimeLineProps {
  /** Oldest first, with at least one entry. */
  story: StoryEntry[];
  /** The number of the entry that is shown; null: the thread as it is now. */
  position: number | null;
  onMove: (seq: number | null) => void;
}

/** Steps back and forth through the log: the diagram shows the thread as it was then. */
export function TimeLine({ story, position, onMove }: TimeLineProps) {
  const newest = story.length - 1;
  const found = story.findIndex(({ entry }) => entry.seq === position);
  const index = found === -1 ? newest : found;
  const { entry, sentence } = story[index]!;
  const moveTo = (to: number) => onMove(to >= newest ? null : story[to]!.entry.seq);
  return (
    <div className="cda-timeline" role="group" aria-label="Time line">
      <button type="button" aria-label="Back" disabled={index === 0} onClick={() => moveTo(index - 1)}>
        ◀
      </button>
      <input
        type="range"
        min={0}
        max={newest}
        value={index}
        aria-label="Event"
        aria-valuetext={`${index + 1} of ${story.length}: ${sentence}`}
        onChange={({ target }) => moveTo(Number(target.value))}
      />
      <button
        type="button"
        aria-label="Forward"
        disabled={index === newest}
        onClick={() => moveTo(index + 1)}
      >
        ▶
      </button>
      <button type="button" disabled={position === null} onClick={() => onMove(null)}>
        Now
      </button>
      <output>{position === null ? "Now" : `${timeOfDay(entry.at)} · ${sentence}`}</output>
    </div>
  );
}
