import { v, type Infer } from "convex/values";
import type { ThreadEvent } from "../machines/events.js";
import { runningPart } from "../machines/status.js";
import { threadSnapshot, toolCallSnapshot } from "../machines/stored.js";
import { internal } from "./_generated/api.js";
import type { Doc } from "./_generated/dataModel.js";
import { internalMutation, type MutationCtx } from "./_generated/server.js";
import { takeBounded } from "./budget.js";
import { dispatch } from "./dispatch.js";
import { jobIsDead } from "./jobs.js";
import { lastSignOfLife, liveStream } from "./streamRows.js";
import { LEASE_MS, WATCH_INTERVAL_MS } from "./time.js";
import { pendingCalls } from "./round.js";
import { updateToolCall } from "./updateToolCall.js";

/** The wait after a failed attempt is over. */
export const retryDue = internalMutation({
  args: { threadId: v.id("threads"), generation: v.number() },
  returns: v.null(),
  handler: async (ctx, { threadId, generation }) => {
    const thread = await ctx.db.get("threads", threadId);
    if (thread) await dispatch(ctx, thread, { type: "RETRY_DUE", generation });
    return null;
  },
});

/**
 * A workpool is done with a run of the stream handler. If the thread still waits for that run, it waits in vain.
 */
export const streamJobEnded = internalMutation({
  args: {
    workId: v.string(),
    context: v.object({ threadId: v.id("threads"), generation: v.number() }),
    result: v.any(),
  },
  returns: v.null(),
  handler: async (ctx, { context: { threadId, generation } }) => {
    const thread = await ctx.db.get("threads", threadId);
    const lease = thread?.snapshot.context.lease ?? null;
    if (thread) await dispatch(ctx, thread, { type: "LEASE_EXPIRED", generation, lease });
    return null;
  },
});

const WAITS_FOR_A_PERSON = new Set(["awaitingApproval", "awaitingResult"]);

/** A generation whose handler had written nothing when the watchdog looked, and since when that is so. */
const vSilent = v.object({ generation: v.number(), since: v.number() });
type Silent = Infer<typeof vSilent>;

/**
 * The watchdog of one thread: finds the stream handler or the tool executors dead or silent, tells the machine,
 * and comes back as long as the thread waits for something that can die.
 *
 * @param after - the tool calls up to this index were looked at the last time.
 * @param silent - what was noted of the stream handler the last time.
 */
export const watch = internalMutation({
  args: { threadId: v.id("threads"), after: v.optional(v.number()), silent: v.optional(vSilent) },
  returns: v.null(),
  handler: async (ctx, { threadId, after = -1, silent: before }) => {
    const stored = await ctx.db.get("threads", threadId);
    if (!stored) return null;
    const thread = { ...stored, jobs: { ...stored.jobs, watchdog: undefined } };
    const state = runningPart(thread.snapshot);
    if (state === "queued" || state === "streaming") {
      const { expired, silent } = await lookAtHandler(ctx, thread, before);
      if (expired) await dispatch(ctx, thread, expired);
      else await setWatchdog(ctx, thread, { threadId, silent });
      return null;
    }
    await setWatchdog(ctx, thread, null);
    if (state === "tools") await watchTools(ctx, thread, after);
    return null;
  },
});

/** The event that a dead or silent stream handler calls for, if it is not well. */
async function lookAtHandler(
  ctx: MutationCtx,
  { _id, jobs, snapshot }: Doc<"threads">,
  before: Silent | undefined,
): Promise<{ expired?: ThreadEvent; silent?: Silent }> {
  const { generation, lease } = threadSnapshot(snapshot).context;
  const expired = { type: "LEASE_EXPIRED", generation, lease } as const;
  if (await jobIsDead(ctx, jobs.stream)) return { expired };
  if (lease === null) return {};
  const stream = await liveStream(ctx, _id);
  const noted = before?.generation === generation ? before.since : Date.now();
  const since = stream ? await lastSignOfLife(ctx, stream) : noted;
  return since + LEASE_MS < Date.now() ? { expired } : { silent: { generation, since } };
}

/** Looks at a batch of the calls that the thread waits for; comes back unless all of them wait for a person. */
async function watchTools(ctx: MutationCtx, thread: Doc<"threads">, after: number): Promise<void> {
  const { generation } = threadSnapshot(thread.snapshot).context;
  const round = { threadId: thread._id, generation };
  const { rows, more } = await takeBounded(pendingCalls(ctx, round, after));
  let canDie = more || after >= 0;
  for (const call of rows) {
    const { value, context } = toolCallSnapshot(call.snapshot);
    if (typeof value === "string" || WAITS_FOR_A_PERSON.has(value.pending)) continue;
    canDie = true;
    if (value.pending === "executing" && (await jobIsDead(ctx, call.job)))
      await updateToolCall(ctx, call, { type: "EXECUTOR_DIED", epoch: context.epoch });
  }
  const current = await ctx.db.get("threads", thread._id);
  if (!canDie || !current || current.jobs.watchdog) return;
  await setWatchdog(ctx, current, { threadId: current._id, after: more ? rows.at(-1)!.index : -1 });
}

/** Gives a thread its watchdog back, which left while all that the thread waited for was people. */
export async function watchAgain(ctx: MutationCtx, threadId: Doc<"threads">["_id"]): Promise<void> {
  const thread = await ctx.db.get("threads", threadId);
  if (thread && runningPart(thread.snapshot) !== null && !thread.jobs.watchdog)
    await setWatchdog(ctx, thread, { threadId });
}

async function setWatchdog(
  ctx: MutationCtx,
  { _id, jobs }: Doc<"threads">,
  next: { threadId: Doc<"threads">["_id"]; after?: number; silent?: Silent } | null,
): Promise<void> {
  const watchdog = next
    ? await ctx.scheduler.runAfter(WATCH_INTERVAL_MS, internal.recovery.watch, next)
    : undefined;
  await ctx.db.patch("threads", _id, { jobs: { ...jobs, watchdog } });
}
