import { secondsLeft, timeOfDay } from "../format.js";
import { useNow } from "../useNow.js";

/** How long it is until something is due, renewed each second. The clock is the reader's own. */
export function Countdown({ until }: { until: number }) {
  const left = until - useNow();
  return (
    <time
      className="cda-countdown"
      dateTime={new Date(until).toISOString()}
      title={timeOfDay(until)}
      role="timer"
    >
      {left > 0 ? `in ${secondsLeft(left)}` : `due since ${timeOfDay(until)}`}
    </time>
  );
}

/** How long ago something was, renewed each second. */
export function Since({ at }: { at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={timeOfDay(at)}>
      {secondsLeft(now - at)}
    </time>
  );
}
