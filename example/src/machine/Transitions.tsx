import type { ObservedTransition } from "convex-durable-agents/react";
import { clock } from "./clock";
import type { GraphEdge } from "./graph";
import { eventNames, traversed } from "./traversed";

const short = (state: string) => state.replace("running.", "");

/** What this page has seen the thread do, newest first. */
export function Transitions({
  transitions,
  edges,
}: {
  transitions: ObservedTransition[];
  edges: GraphEdge[];
}) {
  const rows = transitions.map((step, index) => ({
    step,
    events: eventNames(traversed(edges, step, transitions[index - 1])),
    number: index + 1,
  }));
  return (
    <section className="transitions" aria-label="Transitions">
      <h3>
        Transitions <span className="muted">seen by this page</span>
      </h3>
      <ol reversed tabIndex={0}>
        {rows.toReversed().map(({ step, events, number }) => (
          <li key={number}>
            <time dateTime={new Date(step.at).toISOString()}>{clock.format(step.at)}</time>
            <span className="step">
              {step.from === null ? "opened in " : `${short(step.from)} → `}
              <strong>{short(step.to)}</strong>
            </span>
            <code>{events.join(" or ")}</code>
          </li>
        ))}
      </ol>
    </section>
  );
}
