import { stepThread, stepToolCall, type ToolCallPolicy } from "../../../machines/index.js";
import { awaitsTools } from "../../../machines/describe.js";
import type { Call, Executor, Handler, World } from "./world.js";

/** The two machines that the modelled host runs. */
export interface Machines {
  stepThread: typeof stepThread;
  stepToolCall: typeof stepToolCall;
}

export const MACHINES: Machines = { stepThread, stepToolCall };

/** What the host decides, and no machine. */
export interface HostRules {
  /** How many calls of a step run at a time. */
  callsAtOnce: number;
  /** How many of them the step's stream handler runs itself. */
  inlineAtOnce: number;
  /** One executor runs all sync calls that a step starts. */
  sharesExecutors: boolean;
}

/** One transaction of the modelled host: it changes its own copy of the world. */
export interface Transaction {
  world: World;
  machines: Machines;
  rules: HostRules;
  /** Whatever this transaction cancels has just begun. */
  isCancelLate: boolean;
  /** Something was cancelled, or would have been. */
  hasCancelled: boolean;
  /** Whatever this transaction wants to schedule for the app's handlers is refused. */
  isRefused: boolean;
  /** Something was scheduled for the app's handlers, or would have been. */
  hasEnqueued: boolean;
  /** It leaves the cleanup to the sweep. */
  schedulesNothing: boolean;
  /** The tool calls that the step being committed asks for. */
  asked: (ToolCallPolicy | null)[];
  /** The stream handler that commits or reports here, if it has time for more. */
  fit: Handler | null;
  /** The machine has handed it the next step. */
  isContinued: boolean;
  /** The calls that begin share an executor. */
  isShared: boolean;
  /** What went wrong on the way: the check's id and what it saw. */
  problems: { check: string; problem: string }[];
}

/** Empties a list of scheduled work, unless it has begun. */
export function cancel(tx: Transaction, list: unknown[]): void {
  if (list.length === 0) return;
  tx.hasCancelled = true;
  if (!tx.isCancelLate) list.length = 0;
}

/** Whether a handler of the app is scheduled; refused is what an app whose function or workpool is gone does. */
export function enqueue<T>(tx: Transaction, jobs: T[], job: T): boolean {
  tx.hasEnqueued = true;
  if (tx.isRefused) return false;
  jobs.push(job);
  return true;
}

/** Whether the thread waits for a call's step. */
export const isAwaited = ({ thread }: World, { generation }: Call): boolean =>
  awaitsTools(thread, generation);

/** Whether a call has no outcome yet. */
export const isPending = ({ snapshot }: Call): boolean => typeof snapshot.value !== "string";

/** Ends runs of a call without a word. One that has had its effect is in doubt from then on. */
export function endRuns(call: Call, isOver: (run: Executor) => boolean): void {
  const inDoubt = call.executors.find((run) => run.report !== null && isOver(run));
  if (inDoubt) call.doubtedEpoch = inDoubt.epoch;
  call.executors = call.executors.filter((run) => !isOver(run));
}
