import { describeState } from "../diagram/course.js";
import { count, duration, timeOfDay } from "../format.js";
import type { StoryEntry } from "../story/story.js";
import { Events } from "./StatePanel.js";

/** Where the thread was at a moment, as far as its log says. */
export function PastState({ told }: { told: StoryEntry }) {
  const { entry, sentence, stayedMs, attempt, turn } = told;
  const { waitsFor, events } = describeState(entry.to);
  return (
    <section className="cda-panel" aria-label="State">
      <h3>
        State <small>at {timeOfDay(entry.at)}</small>
      </h3>
      <dl className="cda-facts">
        <dt>Event</dt>
        <dd>
          {sentence} <code>{entry.event}</code>
        </dd>
        <dt>State</dt>
        <dd>
          <code>{entry.to}</code>
          {stayedMs !== null && ` for ${duration(stayedMs)}`}
        </dd>
        <dt>Waited for</dt>
        <dd>{waitsFor ?? "its user"}</dd>
        {turn && (
          <>
            <dt>Turn</dt>
            <dd>
              {turn.turn}
              {attempt !== null && ` · attempt ${attempt}`}
            </dd>
          </>
        )}
        {entry.details?.toolCalls !== undefined && entry.details.toolCalls > 0 && (
          <>
            <dt>Requested</dt>
            <dd>{count(entry.details.toolCalls, "tool call")}</dd>
          </>
        )}
      </dl>
      <Events events={events} />
    </section>
  );
}
