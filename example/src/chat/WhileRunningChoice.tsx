import type { WhileRunning } from "convex-durable-agents/react";

/** What can become of a message that is sent while a turn runs. */
export const WHILE_RUNNING: Record<WhileRunning, { label: string; placeholder: string; hint: string }> = {
  queue: { label: "Queue", placeholder: "For the next turn", hint: "Answered when this turn is over" },
  steer: { label: "Steer", placeholder: "For the next step", hint: "Seen by the next step of this turn" },
  interrupt: {
    label: "Interrupt",
    placeholder: "In place of this turn",
    hint: "Ends this turn and is answered at once",
  },
  reject: { label: "Reject", placeholder: "When the turn is over", hint: "Refused while this turn runs" },
};

const OFFERED = ["queue", "steer", "interrupt"] as const;

export function WhileRunningChoice(props: { value: WhileRunning; onChange: (value: WhileRunning) => void }) {
  return (
    <fieldset className="while-running">
      <legend className="visually-hidden">While the turn runs</legend>
      {OFFERED.map((value) => (
        <label key={value} title={WHILE_RUNNING[value].hint}>
          <input
            type="radio"
            name="while-running"
            checked={props.value === value}
            onChange={() => props.onChange(value)}
          />
          {WHILE_RUNNING[value].label}
        </label>
      ))}
    </fieldset>
  );
}
