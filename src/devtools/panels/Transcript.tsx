import { useMemo, useState } from "react";
import { isMissing, problemText, type InspectorFunctions } from "../functions.js";
import { timeOfDay } from "../format.js";
import { momentAt, type Moment, type PastMessage } from "../story/moment.js";
import type { StoryEntry } from "../story/story.js";
import { useOffered } from "../useOffered.js";
import { Part } from "./Part.js";

/** How many messages are read at first, how many more each time, and at most. */
const PAGE = 100;
const MOST = 500;

interface TranscriptProps {
  api: InspectorFunctions;
  threadId: string;
  /** Oldest first; empty where there is none. */
  story: readonly StoryEntry[];
  /** The entry at which the thread is looked at; -1: as it is now. */
  index: number;
}

/** The thread's messages as they were at a moment. They are read only once somebody opens it. */
export function Transcript(props: TranscriptProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details
      className="cda-transcript"
      open={isOpen}
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
    >
      <summary>
        <h3>Messages</h3>
      </summary>
      {isOpen && <Messages {...props} />}
    </details>
  );
}

function Messages({ api, threadId, story, index }: TranscriptProps) {
  const [limit, setLimit] = useState(PAGE);
  const { value, error } = useOffered(api.listMessages, { threadId, limit });
  const moment = useMemo((): Moment | undefined => {
    if (!value || index !== -1) return value && momentAt(value, story, index);
    const messages = value.map((message) => ({ message, isWaiting: false, calls: "settled" as const }));
    return { messages, wasCutSince: false, isAnswering: false };
  }, [value, story, index]);
  if (error)
    return (
      <p className="cda-muted" role="status">
        {isMissing(error)
          ? "The app does not offer the messages (listMessages)."
          : problemText("listMessages", error)}
      </p>
    );
  if (!moment) return <p className="cda-muted">Loading…</p>;
  const hasOlder = value!.length === limit;
  return (
    <div className="cda-messages" role="region" aria-label="Messages" tabIndex={0}>
      <p className="cda-muted">
        {index === -1 ? "As they are now." : `As they were at ${timeOfDay(story[index]!.entry.at)}.`}
        {moment.wasCutSince && " What was deleted or taken back since then cannot be shown."}
        {moment.messages.some(({ calls }) => calls === "awaited") &&
          " Tool calls were awaited: the log does not say which of them had an outcome by then."}
        {moment.isAnswering && " The model was answering: what it had written by then was not stored yet."}
        {hasOlder && limit === MOST && ` Older messages than the last ${MOST} are not read.`}
      </p>
      {hasOlder && limit < MOST && (
        <button type="button" onClick={() => setLimit(limit + PAGE)}>
          Older messages
        </button>
      )}
      {moment.messages.length === 0 && <p>None.</p>}
      <ol>
        {moment.messages.map((past) => (
          <Message key={past.message.id} past={past} />
        ))}
      </ol>
    </div>
  );
}

function Message({ past: { message, isWaiting, calls } }: { past: PastMessage }) {
  const { role, turn, step, sender, partial, parts } = message;
  return (
    <li data-role={role}>
      <h4>
        {role === "user" ? (sender ?? "User") : "Agent"}{" "}
        <small>
          turn {turn}
          {role === "assistant" && `, step ${step}`}
          {partial && ", cut off"}
          {isWaiting && ", waits for its turn"}
        </small>
      </h4>
      {parts.map((part, at) => (
        <Part key={at} part={part} calls={calls} />
      ))}
    </li>
  );
}
