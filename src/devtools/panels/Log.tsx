import { useState } from "react";
import type { Turn } from "../../types.js";
import { count, dayAndTime, duration, number, timeOfDay } from "../format.js";
import { PAGE } from "../story/knownLog.js";
import { TOPICS, type StoryEntry, type Topic } from "../story/story.js";
import type { StoryGap } from "../useInspectedThread.js";
import { CopyHistory } from "./CopyHistory.js";
import { Since } from "./Countdown.js";

interface LogProps {
  /** Oldest first. */
  story: StoryEntry[];
  /** The number of the entry at which the thread is looked at; null: as it is now. */
  position: number | null;
  onSelect: (seq: number) => void;
  /** Reads older entries; null if there are none. */
  readOlder: (() => Promise<void>) | null;
  isReading: boolean;
}

/** How many entries are listed at first: on a page that is open for days, thousands arrive. */
const LISTED = 3 * PAGE;

/** The log as a story, newest first, turn by turn. */
export function Log({ story, position, onSelect, readOlder, isReading }: LogProps) {
  const [topic, setTopic] = useState<Topic | null>(null);
  const [most, setMost] = useState(LISTED);
  const told = story.filter(({ topics }) => topic === null || topics.includes(topic));
  const isCut = told.length > most;
  const listOlder = () => {
    setMost(most + PAGE);
    if (!isCut) void readOlder?.();
  };
  return (
    <section className="cda-panel cda-log" aria-label="Log">
      <h3>
        Log <small>{count(story.length, "event")}</small>
      </h3>
      <div className="cda-filters" role="group" aria-label="Show">
        {[null, ...TOPICS].map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={topic === one}
            disabled={one !== null && !story.some(({ topics }) => topics.includes(one))}
            onClick={() => setTopic(one)}
          >
            {one ?? "all"}
          </button>
        ))}
      </div>
      {story.length > 0 && <CopyHistory story={story} />}
      {story.length === 0 && <p className="cda-muted">Nothing has happened yet.</p>}
      {byTurn(told.slice(-most)).map(({ turn, entries }) => (
        <section key={entries[0]!.entry.seq} aria-label={turn ? `Turn ${turn.turn}` : "Events"}>
          {turn && <h4>{turnSentence(turn)}</h4>}
          <ol>
            {entries.map((told) => (
              <Entry
                key={told.entry.seq}
                told={told}
                isShown={told.entry.seq === position}
                onSelect={onSelect}
              />
            ))}
          </ol>
        </section>
      ))}
      {(isCut || readOlder) && (
        <button type="button" disabled={isReading} onClick={listOlder}>
          {isReading ? "Loading…" : "Older entries"}
        </button>
      )}
    </section>
  );
}

const GAPS: Record<StoryGap, string> = {
  notOffered: "The app does not offer the log of its threads (listTransitions).",
  notKept: "The agent keeps no log of this thread (transitionLog).",
};

/** Stands where the log would be. */
export const NoLog = ({ gap }: { gap: StoryGap }) => (
  <section className="cda-panel cda-log" aria-label="Log">
    <h3>Log</h3>
    <p className="cda-muted">
      {GAPS[gap]} The diagram shows the way that this page has seen since it was opened.
    </p>
  </section>
);

/** Entries newest first, those of a turn together. */
function byTurn(story: StoryEntry[]): { turn: Turn | null; entries: StoryEntry[] }[] {
  const groups: { turn: Turn | null; entries: StoryEntry[] }[] = [];
  for (const told of story.toReversed()) {
    const group = groups.at(-1);
    if (group && group.turn?.turn === told.turn?.turn) group.entries.push(told);
    else groups.push({ turn: told.turn, entries: [told] });
  }
  return groups;
}

function turnSentence({
  turn,
  outcome,
  stopReason,
  steps,
  tokens,
  cost,
  startedAt,
  endedAt,
  sender,
}: Turn): string {
  const limit = stopReason && stopReason !== "user" ? ` by ${stopReason}` : "";
  return [
    `Turn ${turn}: ${outcome ?? "running"}${limit}`,
    dayAndTime(startedAt),
    sender && `sent by ${sender}`,
    count(steps, "step"),
    tokens.total > 0 && count(tokens.total, "token"),
    cost > 0 && `cost ${number(cost)}`,
    endedAt !== undefined && duration(endedAt - startedAt),
  ]
    .filter(Boolean)
    .join(" · ");
}

interface EntryProps {
  told: StoryEntry;
  isShown: boolean;
  onSelect: (seq: number) => void;
}

function Entry({ told, isShown, onSelect }: EntryProps) {
  const { entry, sentence, topics, stayedMs, attempt, cause, tokens, cost } = told;
  return (
    <li data-topic={topics.at(-1)}>
      <button
        type="button"
        className="cda-entry"
        aria-current={isShown || undefined}
        title="Show this moment in the diagram"
        onClick={() => onSelect(entry.seq)}
      >
        <time dateTime={new Date(entry.at).toISOString()}>{timeOfDay(entry.at)}</time>
        <span className="cda-sentence">
          {sentence}
          {attempt !== null && <small> · attempt {attempt}</small>}
          {cause !== null && <small> · after “{cause}”</small>}
          {entry.sender !== undefined && <small> · sent by {entry.sender}</small>}
        </span>
        <span className="cda-aside">
          {tokens !== null && <span>{count(tokens, "token")}</span>}
          {cost !== null && <span>cost {number(cost)}</span>}
          <span>
            <code>{entry.to}</code> for {stayedMs === null ? <Since at={entry.at} /> : duration(stayedMs)}
          </span>
        </span>
      </button>
    </li>
  );
}
