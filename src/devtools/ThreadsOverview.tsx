import type { ThreadDoc, ThreadStatus } from "../types.js";
import type { OverviewFunctions } from "./functions.js";
import { count, number } from "./format.js";
import { Countdown, Since } from "./panels/Countdown.js";
import { Status } from "./panels/StatePanel.js";
import { Themed, type ThemeProps } from "./Themed.js";
import { useThreads, type StatusGroup, type WaitingThread } from "./useThreads.js";

export interface ThreadsOverviewProps extends ThemeProps {
  /** The agent's functions: `api.chat`, or an object with `listThreads` and `explainThread`. */
  api: OverviewFunctions;
  /** Called when a thread is chosen, to show it in a `ThreadInspector`. Default: threads cannot be chosen. */
  onSelect?: (threadId: string) => void;
  /** Shows all users' threads to callers whom the agent's `inspectorCallback` lets inspect them; others see their own. Default: false. */
  allOwners?: boolean;
  /** How many threads of each status are looked at, the most recently active ones. Default: 50; at most 500. */
  limit?: number;
  /** For how many running threads it shows what they wait for, each by a query of its own. Default: 20. */
  explained?: number;
}

/** How many threads that have failed or stopped are listed. */
const LISTED = 10;

/**
 * Shows the threads that the caller may list: how many are in which state, which of them wait for what and for how long, and which have
 * failed. It looks at a bounded number of them, and says so.
 *
 * @example
 * <ThreadsOverview api={api.chat} onSelect={setThreadId} />
 */
export function ThreadsOverview({
  api,
  onSelect,
  allOwners = false,
  limit = 50,
  explained = 20,
  ...theme
}: ThreadsOverviewProps) {
  const { isLoading, error, groups, waiting, notExplained } = useThreads(api, {
    allOwners,
    limit,
    explained,
  });
  const threadsOf = (wanted: ThreadStatus) => groups.find(({ status }) => status === wanted)!.threads;
  return (
    <Themed {...theme} label="Threads">
      <h2 className="cda-head">Threads</h2>
      {error && (
        <p className="cda-alert" role="alert">
          {error.message}
        </p>
      )}
      <ul className="cda-counts" aria-label="Counts">
        {groups.map((group) => (
          <li key={group.status}>
            <strong>{isLoading ? "…" : counted(group)}</strong> <Status status={group.status} />
          </li>
        ))}
      </ul>
      <p className="cda-muted">
        Looks at the {number(limit)} most recently active threads of each status
        {waiting.length > 0 && `, and closely at ${count(waiting.length, "thread")} under way`}
        {notExplained > 0 && `; ${number(notExplained)} more are under way`}.
      </p>
      <Waiting waiting={waiting} onSelect={onSelect} />
      <Ended title="Failed" threads={threadsOf("failed")} onSelect={onSelect} />
      <Ended title="Stopped" threads={threadsOf("stopped")} onSelect={onSelect} />
    </Themed>
  );
}

const counted = ({ threads, more }: StatusGroup): string =>
  `${number(threads.length)}${more ? " or more" : ""}`;

type Selectable = Pick<ThreadsOverviewProps, "onSelect">;

function Waiting({ waiting, onSelect }: { waiting: WaitingThread[] } & Selectable) {
  if (waiting.length === 0) return null;
  return (
    <section className="cda-panel" aria-label="Under way" tabIndex={0}>
      <h3>
        Under way <small>the longest waiting first</small>
      </h3>
      <table>
        <thead>
          <tr>
            {["Thread", "State", "Waits for", "Since", "Moves on"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {waiting.map(({ thread, explanation, since }) => (
            <tr key={thread._id}>
              <th scope="row">
                <Name thread={thread} onSelect={onSelect} />
              </th>
              <td>
                <code>{explanation?.state ?? thread.status}</code>
              </td>
              <td>
                {explanation ? (explanation.waitsFor ?? "its user") : "unknown"}
                <Calls explanation={explanation} />
              </td>
              <td>{since === null ? "unknown" : <Since at={since} />}</td>
              <td>
                {explanation?.waitsUntil ? <Countdown until={explanation.waitsUntil} /> : "when it may"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The calls that a thread waits for, by their tools and states. */
function Calls({ explanation }: Pick<WaitingThread, "explanation">) {
  const calls = explanation?.pendingCalls.calls ?? [];
  if (calls.length === 0) return null;
  return <small> {calls.map(({ toolName, state }) => `${toolName} (${state})`).join(", ")}</small>;
}

function Ended({ title, threads, onSelect }: { title: string; threads: ThreadDoc[] } & Selectable) {
  if (threads.length === 0) return null;
  return (
    <section className="cda-panel" aria-label={title}>
      <h3>
        {title} {threads.length > LISTED && <small>the {LISTED} most recent</small>}
      </h3>
      <ul className="cda-ended">
        {threads.slice(0, LISTED).map((thread) => (
          <li key={thread._id}>
            <Name thread={thread} onSelect={onSelect} />
            <span className={thread.error && "cda-error"}>
              {thread.error?.message ?? (thread.stopReason === "user" ? "by a user" : thread.stopReason)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Name({ thread: { _id, title }, onSelect }: { thread: ThreadDoc } & Selectable) {
  const name = title ?? _id;
  if (!onSelect) return <span>{name}</span>;
  return (
    <button type="button" className="cda-name" onClick={() => onSelect(_id)}>
      {name}
    </button>
  );
}
