import { describeThread } from "../../../machines/describe.js";
import type { Explanation } from "../../types.js";
import { count, duration, number } from "../format.js";
import type { InspectedThread } from "../useInspectedThread.js";
import { Countdown } from "./Countdown.js";

/** Where the thread is, what it waits for and until when, and how much of its limits is used. */
export function StatePanel({ inspected }: { inspected: InspectedThread }) {
  const { thread, state, explanation, events } = inspected;
  if (!thread) return null;
  const context = explanation ?? thread.snapshot?.context;
  const waitsFor = explanation
    ? explanation.waitsFor
    : thread.snapshot && describeThread(thread.snapshot).waitsFor;
  const waitsUntil = explanation?.waitsUntil ?? thread.waitsUntil ?? null;
  const error = explanation?.error ?? thread.error;
  const stopped = explanation?.stopped ?? (thread.stopReason ? { reason: thread.stopReason } : undefined);
  return (
    <section className="cda-panel" aria-label="State">
      <h3>State</h3>
      <dl className="cda-facts">
        <dt>Status</dt>
        <dd>
          <Status status={thread.status} />
        </dd>
        <dt>State</dt>
        <dd>
          <code>{state ?? "unknown"}</code>
        </dd>
        <dt>Waits for</dt>
        <dd>
          {waitsFor ?? "its user"}
          {waitsUntil !== null && (
            <>
              {" · "}
              <Countdown until={waitsUntil} />
            </>
          )}
        </dd>
        {stopped && (
          <>
            <dt>Stopped by</dt>
            <dd>
              {stopped.reason === "user" ? "a user" : stopped.reason}
              {"limit" in stopped && stopped.limit !== undefined && ` (${number(stopped.limit)})`}
            </dd>
          </>
        )}
        {error && (
          <>
            <dt>Error</dt>
            <dd className="cda-error">
              {error.message} {error.code && <code>{error.code}</code>}
            </dd>
          </>
        )}
        {context && (
          <>
            <dt>Turn</dt>
            <dd>
              {context.turn} · {count(context.steps, "step")} done
            </dd>
            <dt>Attempt</dt>
            <dd>
              {context.attempt} of {context.maxAttempts}
            </dd>
            {context.queued + context.steered > 0 && (
              <>
                <dt>Messages</dt>
                <dd>{waiting(context)}</dd>
              </>
            )}
          </>
        )}
      </dl>
      {explanation && explanation.limits.length > 0 && <Limits limits={explanation.limits} />}
      {events && <Events events={events} />}
    </section>
  );
}

/** The types of the events that a state accepts. */
export const Events = ({ events }: { events: readonly string[] }) => (
  <details className="cda-events">
    <summary>Accepts {count(events.length, "event")}</summary>
    <p>
      {events.map((event) => (
        <code key={event}>{event}</code>
      ))}
    </p>
  </details>
);

/** A public status as a badge. */
export const Status = ({ status }: { status: string }) => (
  <span className="cda-status" data-status={status}>
    {status.replaceAll("_", " ")}
  </span>
);

const waiting = ({ queued, steered }: { queued: number; steered: number }): string =>
  [queued > 0 && `${queued} for the next turn`, steered > 0 && `${steered} for the next model call`]
    .filter(Boolean)
    .join(", ");

const LIMITS: Record<Explanation["limits"][number]["limit"], string> = {
  maxSteps: "Steps of the turn",
  maxTurnTokens: "Tokens of the turn",
  maxTurnCost: "Cost of the turn",
  maxTurnMs: "Time of the turn",
  maxThreadTokens: "Tokens of the thread",
  maxThreadCost: "Cost of the thread",
  maxThreadMs: "Time of the thread",
};

function Limits({ limits }: Pick<Explanation, "limits">) {
  return (
    <ul className="cda-limits" aria-label="Limits">
      {limits.map(({ limit, used, max }) => {
        const say = limit.endsWith("Ms") ? duration : number;
        return (
          <li key={limit}>
            <span>{LIMITS[limit]}</span>
            <meter
              min={0}
              max={max}
              value={Math.min(used, max)}
              high={max * 0.8}
              aria-label={LIMITS[limit]}
            />
            <span>
              {say(used)} of {say(max)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
