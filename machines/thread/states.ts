/** The states of a thread by the state around them. Transient states, which no stored thread is in, are left out. */
export const SETTLED_STATES = ["idle", "completed", "failed", "stopped"] as const;
export const RUNNING_STATES = ["queued", "streaming", "backoff", "tools"] as const;
export const PREPARING_STATES = ["truncating", "copying", "stopping"] as const;
export const GONE_STATES = ["deleting", "deleted"] as const;

export type SettledState = (typeof SETTLED_STATES)[number];
export type RunningState = (typeof RUNNING_STATES)[number];
type PreparingState = (typeof PREPARING_STATES)[number];
type GoneState = (typeof GONE_STATES)[number];

/** The name of each state that a stored thread can be in; no two states share one. */
export type ThreadState = SettledState | RunningState | PreparingState | GoneState;

/** Where a thread is, as XState represents it. */
export type ThreadValue =
  { settled: SettledState } | { running: RunningState } | { preparing: PreparingState } | GoneState;

/** The public status of a thread. */
export type ThreadStatus = "streaming" | "awaiting_tool_results" | "completed" | "failed" | "stopped";

/** The stored projection of a snapshot: a thread under deletion has no public status. */
export type StoredThreadStatus = ThreadStatus | "deleting";

interface InState {
  value: ThreadValue;
}

/** The state's name, such as `streaming`. */
export const stateName = ({ value }: InState): ThreadState =>
  typeof value === "string" ? value : (Object.values(value)[0] as ThreadState);

/** The state's path in the machine, such as `running.streaming`. */
export const statePath = ({ value }: InState): string =>
  typeof value === "string" ? value : Object.entries(value).flat().join(".");

/** The value of the state with this path, or with this name. */
export const valueAt = (path: string): ThreadValue =>
  stateValue(path.slice(path.lastIndexOf(".") + 1) as ThreadState);

/** The path of the state with this name. What is a path already stays one. */
export const pathOf = (name: string): string => statePath({ value: stateValue(name as ThreadState) });

const PARENTS: Record<string, readonly string[]> = {
  settled: SETTLED_STATES,
  running: RUNNING_STATES,
  preparing: PREPARING_STATES,
};

/** The value with this state's name. */
export function stateValue(name: ThreadState): ThreadValue {
  const parent = Object.keys(PARENTS).find((group) => PARENTS[group]!.includes(name));
  return (parent === undefined ? name : { [parent]: name }) as ThreadValue;
}

/** How a thread settled, or null while it is not settled. */
export const settledState = ({ value }: InState): SettledState | null =>
  typeof value !== "string" && "settled" in value ? value.settled : null;

/** Which part of its turn a thread is in, or null when no turn runs. */
export const runningState = ({ value }: InState): RunningState | null =>
  typeof value !== "string" && "running" in value ? value.running : null;

/** What a thread does to its history, or null when it does nothing to it. */
export const preparingState = ({ value }: InState): PreparingState | null =>
  typeof value !== "string" && "preparing" in value ? value.preparing : null;

const STATUSES: Record<ThreadState, StoredThreadStatus> = {
  idle: "completed",
  completed: "completed",
  failed: "failed",
  stopped: "stopped",
  queued: "streaming",
  streaming: "streaming",
  backoff: "streaming",
  tools: "awaiting_tool_results",
  truncating: "streaming",
  copying: "streaming",
  stopping: "streaming",
  deleting: "deleting",
  deleted: "deleting",
};

/** The status of a thread. */
export const threadStatus = (snapshot: InState): StoredThreadStatus => STATUSES[stateName(snapshot)];
