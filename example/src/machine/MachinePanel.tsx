import { useThreadMachine } from "convex-durable-agents/react";
import { useState } from "react";
import { api } from "../../convex/_generated/api";
import { Diagram } from "./Diagram";
import { threadGraph } from "./graph";
import { clock } from "./clock";
import { Transitions } from "./Transitions";
import { traversed } from "./traversed";
import { Usage } from "./Usage";

const { states, edges } = threadGraph();

/** The thread's state machine, live: where it is, what it waits for, and how it came there. */
export default function MachinePanel({ threadId }: { threadId: string | null }) {
  const machine = useThreadMachine(api.chat.getThread, threadId === null ? "skip" : { threadId });
  const { snapshot, state, waitsFor, waitsUntil, events, transitions } = machine;
  const [inspectorError, setInspectorError] = useState<string | null>(null);
  const last = transitions.at(-1);
  const openInspector = () => {
    setInspectorError(null);
    machine
      .inspect(async () => (await import("@statelyai/inspect")).createBrowserInspector())
      .catch((cause: Error) => setInspectorError(cause.message));
  };

  return (
    <aside className="machine" aria-label="Machine">
      <header>
        <h2>Machine</h2>
        {snapshot && (
          <button
            type="button"
            className="quiet"
            onClick={openInspector}
            title="Opens stately.ai in a window; needs the network"
          >
            Open in Stately
          </button>
        )}
      </header>
      {inspectorError && (
        <p className="error-text" role="alert">
          {inspectorError}
        </p>
      )}
      <Diagram
        states={states}
        edges={edges}
        current={state}
        last={last ? traversed(edges, last, transitions.at(-2)) : []}
      />
      {snapshot ? (
        <>
          <dl className="facts">
            <div>
              <dt>State</dt>
              <dd className="state-name">{state}</dd>
            </div>
            <div>
              <dt>Waits for</dt>
              <dd>
                {waitsFor ?? "you"}
                {waitsUntil !== null && (
                  <small className="muted">
                    {" "}
                    {state === "running.backoff" ? "at" : "· watchdog at"} {clock.format(waitsUntil)}
                  </small>
                )}
              </dd>
            </div>
            <div>
              <dt>Turn</dt>
              <dd>{snapshot.context.turn}</dd>
            </div>
            <div>
              <dt>Steps done</dt>
              <dd>{snapshot.context.steps}</dd>
            </div>
            <div>
              <dt>Attempt</dt>
              <dd>
                {snapshot.context.attempt} of {snapshot.context.maxAttempts}
              </dd>
            </div>
            <div>
              <dt>Generation</dt>
              <dd>{snapshot.context.generation}</dd>
            </div>
            {threadId && <Usage threadId={threadId} />}
          </dl>
          {threadId && <Transitions threadId={threadId} />}
          <section className="accepts" aria-label="Accepted events">
            <h3>Accepts</h3>
            <p>
              {events.map((event) => (
                <code key={event}>{event}</code>
              ))}
            </p>
          </section>
        </>
      ) : (
        <p className="muted empty">
          Every thread is one of these machines, and its snapshot is a row in the database. Open a thread to
          see where it is.
        </p>
      )}
    </aside>
  );
}
