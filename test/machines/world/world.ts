import {
  createThreadSnapshot,
  type ThreadEvent,
  type ThreadSnapshot,
  type ToolCallEvent,
  type ToolCallPolicy,
  type ToolCallSnapshot,
  type TurnLimits,
} from "../../../machines/index.js";
import type { ClockBudget } from "../../../machines/thread/budgets.js";

/**
 * What runs a tool's handler: an executor of its own, one that it shares with other calls of its step, or the stream handler
 * of that step.
 */
export type Runner = "own" | "shared" | "handler";

/** A scheduled tool handler that has not begun. */
export interface Job {
  epoch: number;
  runner: Runner;
}

/** A tool handler that runs: about to have its effect, or about to report what came of it. */
export interface Executor extends Job {
  /** What it will report, once the handler has run. */
  report: ToolCallEvent | null;
}

/** A row of a tool call, with all that is under way for it. */
export interface Call {
  generation: number;
  snapshot: ToolCallSnapshot;
  jobs: Job[];
  executors: Executor[];
  /** Scheduled mutations. */
  timers: CallTimer[];
  /** The deadline that the row notes, whether its mutation is still scheduled or not. */
  deadline: number | null;
  /** Events on their way a second time. */
  late: ToolCallEvent[];
  /** How often the handler had its effect. */
  runs: number;
  /** The last epoch in which a run died after its effect and before it could say so, or overran its time; or 0. */
  doubtedEpoch: number;
  /** A person let the call run. */
  isApproved: boolean;
  /** The call was given a bounded time for what it waits for, so nobody else need come. */
  isTimed: boolean;
}

export type CallTimer = { type: "retry"; epoch: number } | { type: "deadline"; deadline: number };

/** A stream handler that runs. */
export interface Handler {
  generation: number;
  lease: string;
  /**
   * It is about to claim its step; holds it, and is about to commit it; has committed it, and runs tool calls of it; or has
   * lost the answer to what it last reported, and is about to ask again.
   */
  stage: "claiming" | "streaming" | "tools" | "asking";
}

export type ThreadTimer =
  | { type: "retry"; generation: number }
  | { type: "turn"; turn: number; budget: ClockBudget }
  | { type: "truncate" | "copy"; revision: number }
  | { type: "cleanup" }
  | { type: "purge" };

/** Everything that exists at one moment: rows, schedules and processes. */
export interface World {
  thread: ThreadSnapshot;
  calls: Call[];
  /** Scheduled stream handlers that have not begun, by generation. */
  jobs: number[];
  handlers: Handler[];
  /** Scheduled mutations. */
  timers: ThreadTimer[];
  /** What works through the history in batches, while the thread waits for it. */
  edit: "truncate" | "copy" | null;
  /** A watchdog is scheduled. */
  isWatched: boolean;
  /** The watchdog has given the last turn up. */
  isGivenUp: boolean;
  /** Something is cut off and not cleaned up yet. */
  isUntidy: boolean;
  /** Events on their way a second time. */
  late: ThreadEvent[];
  /** The generations whose streams are open: a handler may write to them. */
  streams: number[];
  /** User messages that are stored and that no turn, or no step of this turn, has taken up. */
  unread: { queued: number; steered: number };
  /** The step of the current generation has its message. */
  isCommitted: boolean;
  /** Whatever went wrong, nobody has died and nothing is lost, apart from answers. */
  isUnharmed: boolean;
  /** How many faults may still happen, and how many things users may still do. */
  faults: number;
  users: number;
}

/** How far a world model goes. */
export interface WorldBounds {
  limits: TurnLimits;
  /** The tool calls that a model step may ask for; null is a call that cannot be run and is rejected. */
  toolSets: (ToolCallPolicy | null)[][];
  /** How many calls of a step run at a time. Default: all of them. */
  callsAtOnce?: number;
  /** How many of them the step's stream handler runs itself, as long as its slice of time is not over. Default: none. */
  inlineAtOnce?: number;
  /** One executor runs all sync calls that a step starts. Default: each has its own. */
  sharesExecutors?: boolean;
  faults: number;
  /** Things users do after their first message, and which. */
  users: number;
  asks: ThreadEvent["type"][];
}

/** The world at the user's first message: nothing has happened yet. */
export function newWorld({ limits, faults, users }: WorldBounds): World {
  const fresh = createThreadSnapshot();
  return {
    thread: { ...fresh, context: { ...fresh.context, ...limits } },
    calls: [],
    jobs: [],
    handlers: [],
    timers: [],
    edit: null,
    isWatched: false,
    isGivenUp: false,
    isUntidy: false,
    late: [],
    streams: [],
    unread: { queued: 0, steered: 0 },
    isCommitted: false,
    isUnharmed: true,
    faults,
    users: users + 1,
  };
}

/** A copy that can be changed; snapshots and events in it are shared, since nobody changes those. */
export function copyWorld(world: World): World {
  return {
    ...world,
    calls: world.calls.map((call) => ({
      ...call,
      jobs: [...call.jobs],
      executors: [...call.executors],
      timers: [...call.timers],
      late: [...call.late],
    })),
    jobs: [...world.jobs],
    handlers: [...world.handlers],
    timers: [...world.timers],
    late: [...world.late],
    streams: [...world.streams],
    unread: { ...world.unread },
  };
}
