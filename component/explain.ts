import { v } from "convex/values";
import { limitUse } from "../machines/budgets.js";
import type { ThreadContext } from "../machines/context.js";
import { describe } from "../machines/describe.js";
import { runningPart } from "../machines/status.js";
import { threadSnapshot, toolCallSnapshot } from "../machines/stored.js";
import type { Doc } from "./_generated/dataModel.js";
import { query, type QueryCtx } from "./_generated/server.js";
import { takeBounded } from "./budget.js";
import { toToolCall } from "./historyRows.js";
import { vExplanation, type Due, type Explanation, type PendingCall } from "./insightValidators.js";
import { dueTime } from "./jobs.js";
import { pendingCalls } from "./round.js";
import { findListed } from "./threadRows.js";
import { toTransition, transitionsBefore } from "./transitionLog.js";
import { lastTurn } from "./turnRows.js";
import { vTarget } from "./validators.js";

/** As many pending calls, and as many transitions, as a person takes in at a glance. */
const SHOWN_CALLS = 20;
const SHOWN_TRANSITIONS = 5;

/** Says in one answer where a thread is, what it waits for, and how it came there. Null where there is no thread. */
export const thread = query({
  args: vTarget,
  returns: v.union(vExplanation, v.null()),
  handler: async (ctx, { threadId, owner }): Promise<Explanation | null> => {
    const row = await findListed(ctx, { threadId, owner });
    if (!row || row.status === "deleting") return null;
    const snapshot = threadSnapshot(row.snapshot);
    const { context } = snapshot;
    const { generation, turn, steps, attempt, maxAttempts, queued, steered } = context;
    const { state, waitsFor, events } = describe(snapshot);
    const at = Date.now();
    const calls = await readPendingCalls(ctx, row);
    const due = await dueOf(ctx, row, calls.rows);
    const isRunning = runningPart(row.snapshot) !== null;
    const ended = isRunning ? null : await lastTurn(ctx, row._id);
    const turnMs = isRunning ? at - context.startedAt : ended ? ended.endedAt - ended.startedAt : 0;
    return {
      ...{ at, status: row.status, state, waitsFor, waitsUntil: waitsUntil(row, due), due, events },
      ...{ generation, turn, steps, attempt, maxAttempts, queued, steered },
      pendingCalls: {
        calls: calls.rows.slice(0, SHOWN_CALLS).map(toPendingCall),
        count: calls.rows.length,
        more: calls.more,
      },
      stopped: stoppedBy(context),
      error: context.error ?? undefined,
      limits: limitUse(context, turnMs, isRunning),
      transitions: (await transitionsBefore(ctx, row._id).take(SHOWN_TRANSITIONS)).map(toTransition),
    };
  },
});

async function readPendingCalls(ctx: QueryCtx, { _id: threadId, snapshot }: Doc<"threads">) {
  if (runningPart(snapshot) !== "tools") return { rows: [], more: false };
  const { generation } = threadSnapshot(snapshot).context;
  return takeBounded(pendingCalls(ctx, { threadId, generation }));
}

async function dueOf(ctx: QueryCtx, { jobs }: Doc<"threads">, calls: Doc<"toolCalls">[]): Promise<Due> {
  const deadlines = calls.flatMap(({ deadline }) => deadline?.at ?? []);
  return {
    watchdog: (await dueTime(ctx, jobs.watchdog)) ?? undefined,
    retry: (await dueTime(ctx, jobs.retry)) ?? undefined,
    turnTimer: (await dueTime(ctx, jobs.turn)) ?? undefined,
    toolDeadline: deadlines.length > 0 ? Math.min(...deadlines) : undefined,
  };
}

/** The watchdog ends a wait for a stream handler only: while tools run, it may look at them many times. */
function waitsUntil({ snapshot }: Doc<"threads">, due: Due): number | null {
  const part = runningPart(snapshot);
  if (part === null) return null;
  const own = { tools: due.toolDeadline, backoff: due.retry, queued: due.watchdog, streaming: due.watchdog };
  const times = [own[part], due.turnTimer].filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : null;
}

function toPendingCall(row: Doc<"toolCalls">): PendingCall {
  const { toolCallId, toolName, approval, deadlineAt } = toToolCall(row);
  const { value, context } = toolCallSnapshot(row.snapshot);
  return {
    ...{ toolCallId, toolName, deadlineAt, attempt: context.attempt, maxAttempts: context.maxAttempts },
    state: typeof value === "string" ? value : value.pending,
    approval: approval === "denied" ? undefined : approval,
  };
}

function stoppedBy(context: ThreadContext): Explanation["stopped"] {
  const { stopReason: reason } = context;
  if (reason === null) return undefined;
  return { reason, limit: reason === "user" ? undefined : (context[reason] ?? undefined) };
}
