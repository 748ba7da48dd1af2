import { currentCall } from "../../machines/thread/context.js";
import { settledState } from "../../machines/thread/states.js";
import type {
  Failure,
  ThreadEvent,
  ThreadSnapshot,
  ToolCallEvent,
  ToolCallPolicy,
  ToolCallSnapshot,
  TurnLimits,
} from "../../machines/index.js";
import type { Tokens } from "../../machines/thread/tokens.js";

/** The lease that every explored claim is made with; `OTHER` is always somebody else's. */
export const OWNER = "owner";
export const OTHER = "other";

/** Where a message stands; the machine does not look at it. */
export const PLACE = { position: 0, creationTime: 0 };

/** What the model's provider and the tools fail with. */
export const FAILURE: Failure = { code: "provider_error", message: "The provider failed." };

/** Bounds that keep the reachable space finite and still pass every guard both ways. */
const LIMITS: TurnLimits[] = [1, 2, 3].flatMap((maxAttempts) =>
  [1, 2].map((maxSteps) => ({ maxAttempts, maxSteps })),
);

/** What every explored step uses and costs, and how long after its turn's beginning every explored event comes. */
export const TOKENS: Tokens = { input: 2, output: 1, reasoning: 1, cached: 1, cacheWrite: 1, total: 3 };
export const COST = 0.5;
export const TICK_MS = 60_000;
export const timeIn = ({ context }: ThreadSnapshot): number => context.startedAt + TICK_MS;

/** One step that uses tokens spends a turn's, and two the thread's. */
const TOKEN_LIMITS: TurnLimits[] = [
  {
    ...{ maxAttempts: 1, maxSteps: 2 },
    ...{ maxTurnTokens: TOKENS.total, maxThreadTokens: 2 * TOKENS.total },
  },
];

/** The same of cost. */
const COST_LIMITS: TurnLimits[] = [
  { maxAttempts: 1, maxSteps: 2, maxTurnCost: COST, maxThreadCost: 2 * COST },
];

/** Two turns spend the thread's time. */
export const CLOCK_LIMITS: TurnLimits[] = [
  { maxAttempts: 1, maxSteps: 1, maxTurnMs: 2 * TICK_MS, maxThreadMs: 2 * TICK_MS },
];

/** The limits that a thread's turns may have, each list for threads of its own. */
export const LIMIT_SETS: TurnLimits[][] = [LIMITS, TOKEN_LIMITS, COST_LIMITS, CLOCK_LIMITS];

/** A turn's tokens and a thread's cost: one budget of each kind. */
const MIXED_LIMITS: TurnLimits[] = [
  { maxAttempts: 1, maxSteps: 2, maxTurnTokens: TOKENS.total, maxThreadCost: 2 * COST },
];

/** Enough for every guard to decide both ways, for explorations that are slow or many. */
export const FEW = {
  limitSets: [[{ maxAttempts: 2, maxSteps: 2 }], MIXED_LIMITS, CLOCK_LIMITS],
  mostWaiting: 1,
};

const KINDS: ToolCallPolicy[] = (["sync", "async", "external"] as const).flatMap((kind) =>
  [1, 2, 3].flatMap((maxAttempts) =>
    [false, true].flatMap((retryOnCrash) =>
      [false, true].map((needsApproval) => ({
        ...{ kind, maxAttempts, retryOnCrash, needsApproval },
        timeoutMs: maxAttempts > 1 ? 30_000 : null,
        approvalTimeoutMs: maxAttempts > 1 ? 600_000 : null,
      })),
    ),
  ),
);

/**
 * Every kind of tool call there is, up to three attempts. No guard sees how long anything may take: it is enough that
 * some calls have bounds and some have none. A call that its stream handler may run has none, whatever its attempts. Whether one
 * with nothing to run may run again does not matter.
 */
export const POLICIES: ToolCallPolicy[] = [
  ...KINDS.filter(({ kind, retryOnCrash }) => kind !== "external" || !retryOnCrash),
  ...KINDS.filter(({ kind, needsApproval, timeoutMs }) => kind === "sync" && !needsApproval && timeoutMs).map(
    (policy) => ({ ...policy, timeoutMs: null, approvalTimeoutMs: null }),
  ),
];

/** Limits can only be given where a turn begins at once; elsewhere one variant shows that they are not taken. */
function begins(snapshot: ThreadSnapshot, limits: TurnLimits[]): { limits?: TurnLimits }[] {
  const given = limits.map((one) => ({ limits: one }));
  const state = settledState(snapshot);
  if (state === "idle") return given; // without limits an idle thread takes the default of 50 steps
  return state !== null ? [{}, ...given] : [{}, ...given.slice(0, 1)];
}

/**
 * Every event that a thread in this state could ever be sent: from the stale, the current and a future
 * generation, from the lease's owner, from somebody else and (for the watchdog) from nobody.
 */
export function threadEvents(snapshot: ThreadSnapshot, limits: TurnLimits[] = LIMITS): ThreadEvent[] {
  const around = (now: number) => [now, now - 1, now + 1];
  const call = currentCall(snapshot.context);
  const besideCall = (by: number) => ({ turn: call.turn, step: call.step + by });
  const { generation: now, turn, revision, lease } = snapshot.context;
  const generations = around(now);
  const owners = generations.flatMap((generation) => [OWNER, OTHER].map((lease) => ({ generation, lease })));
  return [
    ...begins(snapshot, limits).flatMap((options): ThreadEvent[] => [
      { type: "SEND", ...options },
      { type: "RESUME", ...options },
    ]),
    ...begins(snapshot, limits.slice(0, 1)).flatMap((options): ThreadEvent[] => [
      { type: "STEER", ...options },
      { type: "INTERRUPT", ...options },
      { type: "REWIND", from: PLACE, ...options },
      { type: "FORK", source: "another thread", upTo: PLACE, turn: 2, ...options },
    ]),
    ...[...around(turn).map((one) => ({ turn: one, step: 0 })), ...[0.5, -0.5].map(besideCall)].map(
      (place): ThreadEvent => ({ type: "WITHDRAW", ...place }),
    ),
    { type: "APPEND" },
    ...around(revision).flatMap((one): ThreadEvent[] => [
      { type: "TRUNCATED", revision: one },
      { type: "COPIED", revision: one },
    ]),
    ...around(turn).flatMap((one): ThreadEvent[] => [
      { type: "TIME_UP", turn: one, budget: "maxTurnMs" },
      { type: "TIME_UP", turn: one, budget: "maxThreadMs" },
    ]),
    { type: "STREAM_FINISHED", generation: now, lease: lease ?? OWNER, toolCalls: 2 },
    { type: "STOP" },
    { type: "DELETE" },
    { type: "PURGED" },
    { type: "GIVE_UP", error: FAILURE },
    ...owners.flatMap((owner): ThreadEvent[] => [
      { type: "STREAM_STARTED", ...owner },
      { type: "STREAM_FINISHED", ...owner, toolCalls: 0, tokens: TOKENS, cost: COST },
      { type: "STREAM_FINISHED", ...owner, toolCalls: 2, tokens: TOKENS, cost: COST },
      { type: "STREAM_FAILED", ...owner, retryable: true, retryAfterMs: 5_000, error: FAILURE },
      { type: "STREAM_FAILED", ...owner, retryable: false, retryAfterMs: null, error: FAILURE },
      { type: "LEASE_EXPIRED", ...owner },
      { type: "STREAM_CONTINUED", ...owner },
    ]),
    ...generations.flatMap((generation): ThreadEvent[] => [
      { type: "LEASE_EXPIRED", generation, lease: null },
      { type: "RETRY_DUE", generation },
      { type: "ENQUEUE_FAILED", generation, error: FAILURE },
      { type: "TOOLS_SETTLED", generation },
    ]),
  ];
}

/** Every event that a tool call in this state could ever be sent, from a stale, the current and a future epoch or deadline. */
export function toolCallEvents(snapshot: ToolCallSnapshot): ToolCallEvent[] {
  const { epoch: now, deadline: due } = snapshot.context;
  return [
    { type: "START" },
    { type: "TAKEN" },
    { type: "APPROVE" },
    { type: "DENY", error: FAILURE },
    { type: "DEADLINE_MOVED", ms: 90_000 },
    { type: "DEADLINE_MOVED", ms: null },
    ...[due, due - 1, due + 1].map((deadline): ToolCallEvent => ({ type: "DEADLINE_PASSED", deadline })),
    { type: "REJECT", error: FAILURE },
    { type: "RESULT_GIVEN" },
    { type: "ERROR_GIVEN", error: FAILURE },
    { type: "CANCEL" },
    ...[now, now - 1, now + 1].flatMap((epoch): ToolCallEvent[] => [
      { type: "RUN_BEGAN", epoch },
      { type: "NOT_BEGUN", epoch },
      { type: "ENQUEUE_FAILED", epoch, error: FAILURE },
      { type: "HANDLER_RETURNED", epoch },
      { type: "HANDLER_FAILED", epoch, retryable: true, error: FAILURE },
      { type: "HANDLER_FAILED", epoch, retryable: false, error: FAILURE },
      { type: "EXECUTOR_DIED", epoch },
      { type: "RETRY_DUE", epoch },
    ]),
  ];
}
