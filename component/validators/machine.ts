import { v, type Infer } from "convex/values";
import {
  GONE_STATES,
  PREPARING_STATES,
  RUNNING_STATES,
  SETTLED_STATES,
} from "../../machines/thread/states.js";
import { FINAL_STATES, PENDING_STATES } from "../../machines/toolCall/states.js";

/** Why something failed, as data: a stable code and a sentence for people. */
export const vFailure = v.object({ code: v.string(), message: v.string() });

const vBudget = v.union(v.number(), v.null());

const vBudgets = v.object({
  maxTurnMs: vBudget,
  maxTurnTokens: vBudget,
  maxTurnCost: vBudget,
  maxThreadMs: vBudget,
  maxThreadTokens: vBudget,
  maxThreadCost: vBudget,
});

/** Bounds on a turn, given with the message that starts it. */
export const vTurnLimits = v.object({
  maxAttempts: v.number(),
  maxSteps: v.number(),
  ...vBudgets.partial().fields,
});

/** Tokens that model calls have used; 0 where the provider did not say. */
export const vTokens = v.object({
  input: v.number(),
  output: v.number(),
  reasoning: v.number(),
  cached: v.number(),
  cacheWrite: v.number(),
  total: v.number(),
});

/** Why a thread is stopped: by its user, or because the limit of this name was reached. */
export const vStopReason = v.union(
  v.literal("user"),
  v.literal("maxSteps"),
  v.literal("maxTurnMs"),
  v.literal("maxTurnTokens"),
  v.literal("maxTurnCost"),
  v.literal("maxThreadMs"),
  v.literal("maxThreadTokens"),
  v.literal("maxThreadCost"),
);

/** The values of a list of names, written once where their states are. */
const vOneOf = <T extends string>(names: readonly T[]) => v.union(...names.map((name) => v.literal(name)));

const vThreadContext = v.object({
  generation: v.number(),
  turn: v.number(),
  revision: v.number(),
  lease: v.union(v.string(), v.null()),
  attempt: v.number(),
  steps: v.number(),
  calls: v.number(),
  queued: v.number(),
  steered: v.number(),
  startedAt: v.number(),
  tokens: vTokens,
  cost: v.number(),
  threadTokens: v.number(),
  threadCost: v.number(),
  threadMs: v.number(),
  stopReason: v.union(vStopReason, v.null()),
  error: v.union(vFailure, v.null()),
  maxAttempts: v.number(),
  maxSteps: v.number(),
  ...vBudgets.fields,
});

/** A thread's snapshot, as XState takes it. */
export const vThreadSnapshot = v.object({
  value: v.union(
    v.object({ settled: vOneOf(SETTLED_STATES) }),
    v.object({ running: vOneOf(RUNNING_STATES) }),
    v.object({ preparing: vOneOf(PREPARING_STATES) }),
    vOneOf(GONE_STATES),
  ),
  context: vThreadContext,
});

/** A thread's snapshot as it is stored; see machines/stored.ts. */
export const vStoredThread = v.object({
  version: v.optional(v.number()),
  state: vOneOf([...SETTLED_STATES, ...RUNNING_STATES, ...PREPARING_STATES, ...GONE_STATES]),
  context: v.optional(
    v.object({ ...vThreadContext.partial().fields, tokens: v.optional(vTokens.partial()) }),
  ),
});

const vToolKind = v.union(v.literal("sync"), v.literal("async"), v.literal("external"));

/** How a tool call is run, as its tool was defined when the model called it. */
export const vToolCallPolicy = v.object({
  kind: vToolKind,
  maxAttempts: v.number(),
  retryOnCrash: v.boolean(),
  needsApproval: v.boolean(),
  timeoutMs: v.union(v.number(), v.null()),
  approvalTimeoutMs: v.union(v.number(), v.null()),
});

/** A tool call's snapshot as it is stored; see machines/stored.ts. */
export const vStoredToolCall = v.object({
  version: v.optional(v.number()),
  state: vOneOf([...PENDING_STATES, ...FINAL_STATES]),
  context: v.optional(
    v
      .object({
        ...vToolCallPolicy.fields,
        epoch: v.number(),
        deadline: v.number(),
        attempt: v.number(),
        error: v.union(vFailure, v.null()),
      })
      .partial(),
  ),
});

/** How a turn ended. */
export const vTurnOutcome = v.union(
  v.literal("completed"),
  v.literal("failed"),
  v.literal("stopped"),
  v.literal("interrupted"),
  v.literal("rewound"),
  v.literal("deleted"),
);

/** The public status of a thread. */
export const vThreadStatus = v.union(
  v.literal("streaming"),
  v.literal("awaiting_tool_results"),
  v.literal("completed"),
  v.literal("failed"),
  v.literal("stopped"),
);

/** A thread's status while nothing is under way. */
export const vSettledStatus = v.union(v.literal("completed"), v.literal("failed"), v.literal("stopped"));
export type SettledStatus = Infer<typeof vSettledStatus>;

export const vToolCallStatus = v.union(v.literal("pending"), vOneOf(FINAL_STATES));
