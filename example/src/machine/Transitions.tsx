import { useTransitions } from "convex-durable-agents/react";
import { api } from "../../convex/_generated/api";
import { FOLLOWED_TRANSITIONS } from "../transitionLog";
import { clock } from "./clock";

/** The last name of a state; no two share one. */
const short = (state: string) => state.slice(state.lastIndexOf(".") + 1);

/** What the thread did, as its log has it, newest first. */
export function Transitions({ threadId }: { threadId: string }) {
  const { transitions } = useTransitions(api.chat.listTransitions, { threadId, limit: FOLLOWED_TRANSITIONS });
  return (
    <section className="transitions" aria-label="Transitions">
      <h3>
        Transitions <span className="muted">from the thread’s log</span>
      </h3>
      <ol reversed tabIndex={0}>
        {transitions.toReversed().map(({ seq, at, from, to, event }) => (
          <li key={seq}>
            <time dateTime={new Date(at).toISOString()}>{clock.format(at)}</time>
            <span className="step">
              {short(from)} → <strong>{short(to)}</strong>
            </span>
            <code>{event}</code>
          </li>
        ))}
      </ol>
    </section>
  );
}
