import { useMemo, useState, type FormEvent } from "react";
import type { Explanation, PendingCall } from "../../types.js";
import { CALL_CHART, SMALL_CALL_CHART } from "../chart/charts.js";
import { stateAt } from "../chart/chart.js";
import { standingAt } from "../diagram/course.js";
import { Diagram } from "../diagram/Diagram.js";
import { StillChart } from "../diagram/StillChart.js";
import { encodeValue } from "../../follow/storedValues.js";
import { count } from "../format.js";
import type { InspectorActions } from "../useActions.js";
import { Countdown } from "./Countdown.js";

interface PendingCallsProps {
  pending: Explanation["pendingCalls"];
  actions: InspectorActions;
}

/** How many calls have their charts open at first. */
const SEEN = 2;

/** The tool calls that the thread waits for, each with its own small chart and what a person can do about it. */
export function PendingCalls({ pending, actions }: PendingCallsProps) {
  const { calls, count: counted, more } = pending;
  if (calls.length === 0) return null;
  return (
    <section className="cda-panel" aria-label="Tool calls">
      <h3>
        Tool calls <small>{`${count(counted, "call")}${more ? " or more" : ""} without an outcome`}</small>
      </h3>
      <ul className="cda-calls">
        {calls.map((call, index) => (
          <Call key={call.toolCallId} call={call} actions={actions} isSeen={index < SEEN} />
        ))}
      </ul>
      {counted > calls.length && <p className="cda-muted">The first {calls.length} are shown.</p>}
    </section>
  );
}

const CALL_STATES: Record<string, string> = {
  requested: "waits for a place to run",
  awaitingApproval: "waits for a person to approve it",
  inline: "runs in the stream handler",
  executing: "runs, or is about to",
  backoff: "waits for its next attempt",
  awaitingResult: "waits for a result from outside",
};

const CHARTS = ["none", "small", "full"] as const;

interface CallProps {
  call: PendingCall;
  actions: InspectorActions;
  /** Whether its chart is open at first. */
  isSeen: boolean;
}

function Call({ call, actions, isSeen }: CallProps) {
  const [size, setSize] = useState<(typeof CHARTS)[number]>(isSeen ? "small" : "none");
  const { toolCallId, toolName, state, attempt, maxAttempts, deadlineAt } = call;
  const path = `pending.${state}`;
  const course = useMemo(() => standingAt(stateAt(CALL_CHART, path) ? path : null), [path]);
  return (
    <li className="cda-call" aria-label={toolName}>
      <p>
        <strong>{toolName}</strong> {CALL_STATES[state] ?? state}
        {attempt > 1 && ` · attempt ${attempt} of ${maxAttempts}`}
        {deadlineAt !== undefined && (
          <>
            {" · ends "}
            <Countdown until={deadlineAt} />
          </>
        )}
      </p>
      {size === "small" && (
        <StillChart chart={SMALL_CALL_CHART} current={course.current} label={`${toolName}: ${state}`} />
      )}
      {size === "full" && <Diagram chart={CALL_CHART} label={`The machine of ${toolName}`} course={course} />}
      <div className="cda-bar">
        <Answers call={call} actions={actions} />
        <span className="cda-buttons" role="group" aria-label={`Chart of ${toolName}`}>
          {CHARTS.map((one) => (
            <button key={one} type="button" aria-pressed={size === one} onClick={() => setSize(one)}>
              {one === "none" ? "No chart" : one === "small" ? "Small" : "Full"}
            </button>
          ))}
        </span>
      </div>
      <code className="cda-id">{toolCallId}</code>
    </li>
  );
}

/** What a person can answer a call: whether it may run, or its result. */
function Answers({ call: { toolCallId, state }, actions }: { call: PendingCall; actions: InspectorActions }) {
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void actions.run("addToolResult", { toolCallId, result: encodeValue(parsed(text)) });
  };
  if (state === "awaitingApproval")
    return (
      <>
        {actions.offers("approveToolCall") && (
          <button type="button" onClick={() => void actions.run("approveToolCall", { toolCallId })}>
            Approve
          </button>
        )}
        {actions.offers("denyToolCall") && (
          <form
            className="cda-answer"
            onSubmit={(event) => {
              event.preventDefault();
              void actions.run("denyToolCall", { toolCallId, ...(text !== "" && { reason: text }) });
            }}
          >
            <input
              value={text}
              onChange={({ target }) => setText(target.value)}
              placeholder="Reason, for the model"
              aria-label="Reason to deny it"
            />
            <button>Deny</button>
          </form>
        )}
      </>
    );
  if (state !== "awaitingResult" || !actions.offers("addToolResult")) return null;
  return (
    <form className="cda-answer" onSubmit={submit}>
      <input
        value={text}
        onChange={({ target }) => setText(target.value)}
        placeholder="Result: text or JSON"
        aria-label="Result"
        required
      />
      <button>Answer</button>
    </form>
  );
}

/** What a person has typed, as JSON where it is that. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
