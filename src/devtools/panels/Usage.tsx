import type { ThreadUsage } from "../../types.js";
import { number } from "../format.js";
import type { StoryEntry } from "../story/story.js";

interface UsageProps {
  usage: ThreadUsage;
  story: StoryEntry[] | null;
}

/** What the thread has used: in all, in its last turn, and in the steps of that turn, where the log says so. */
export function Usage({ usage: { thread, turn }, story }: UsageProps) {
  const steps = (story ?? []).filter(
    ({ entry, turn: of }) => entry.event === "STREAM_FINISHED" && of !== null && of.turn === turn?.turn,
  );
  const hasCost = thread.cost > 0;
  return (
    <section className="cda-panel" aria-label="Usage">
      <h3>Usage</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span className="cda-hidden">What</span>
            </th>
            <th scope="col">Input</th>
            <th scope="col">Output</th>
            <th scope="col">Tokens</th>
            {hasCost && <th scope="col">Cost</th>}
          </tr>
        </thead>
        <tbody>
          <Row name="Thread" tokens={thread.tokens} cost={hasCost ? thread.cost : null} />
          {turn && <Row name={`Turn ${turn.turn}`} tokens={turn.tokens} cost={hasCost ? turn.cost : null} />}
          {steps.map(
            ({ entry: { seq, details }, tokens, cost }, index) =>
              tokens !== null && (
                <Row
                  key={seq}
                  name={`Step ${index + 1}`}
                  tokens={{
                    input: details?.tokens?.input ?? 0,
                    output: details?.tokens?.output ?? 0,
                    total: tokens,
                  }}
                  cost={hasCost ? (cost ?? 0) : null}
                />
              ),
          )}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  name: string;
  tokens: { input: number; output: number; total: number };
  /** Null where no costs are counted. */
  cost: number | null;
}

const Row = ({ name, tokens, cost }: RowProps) => (
  <tr>
    <th scope="row">{name}</th>
    <td>{number(tokens.input)}</td>
    <td>{number(tokens.output)}</td>
    <td>{number(tokens.total)}</td>
    {cost !== null && <td>{number(cost)}</td>}
  </tr>
);
