import { v, type Infer } from "convex/values";
import type { ThreadEvent } from "../machines/thread/events.js";
import { runningState } from "../machines/thread/states.js";
import { pendingState } from "../machines/toolCall/states.js";
import type { Id } from "./_generated/dataModel.js";
import { internalMutation, type MutationCtx } from "./_generated/server.js";
import { dispatch } from "./dispatch/dispatchThread.js";
import { dispatchToolCall } from "./dispatch/dispatchToolCall.js";
import { setWatchdog, vSilent } from "./dispatch/watchdogs.js";
import { takeBounded } from "./lib/bounded.js";
import { LEASE_MS } from "./lib/limits.js";
import { jobIsDead } from "./model/jobs.js";
import { lastSignOfLife, liveStream } from "./model/streams.js";
import { loadThread, type LoadedThread } from "./model/threads.js";
import { pendingCalls, toLoadedToolCall } from "./model/toolCalls.js";

/**
 * The watchdog of one thread: checks whether the stream handler or the tool executors are dead or silent, sends the machine the
 * event, and comes back as long as the thread waits for something that can die.
 *
 * @param after - the tool calls up to this index were checked the last time.
 * @param silent - what was noted of the stream handler the last time.
 */
export const watch = internalMutation({
  args: { threadId: v.id("threads"), after: v.optional(v.number()), silent: v.optional(vSilent) },
  returns: v.null(),
  handler: async (ctx, { threadId, after = -1, silent: before }) => {
    const thread = await loadThread(ctx, threadId);
    if (!thread) return null;
    const state = runningState(thread.snapshot);
    if (state === "queued" || state === "streaming") {
      const { expired, silent } = await checkHandler(ctx, thread, before);
      if (expired) await dispatch(ctx, thread, expired, { runningJob: "watchdog" });
      else await setWatchdog(ctx, thread, { threadId, silent });
      return null;
    }
    await setWatchdog(ctx, thread, null);
    if (state === "tools") await checkTools(ctx, thread, after);
    return null;
  },
});

/** The event that a dead or silent stream handler calls for, if there is one. */
async function checkHandler(
  ctx: MutationCtx,
  { _id, jobs, snapshot }: LoadedThread,
  before: Infer<typeof vSilent> | undefined,
): Promise<{ expired?: ThreadEvent; silent?: Infer<typeof vSilent> }> {
  const { generation, lease } = snapshot.context;
  const expired = { type: "LEASE_EXPIRED", generation, lease } as const;
  if (await jobIsDead(ctx, jobs.stream)) return { expired };
  if (lease === null) return {};
  const stream = await liveStream(ctx, _id);
  const noted = before?.generation === generation ? before.since : Date.now();
  const since = stream ? await lastSignOfLife(ctx, stream) : noted;
  return since + LEASE_MS < Date.now() ? { expired } : { silent: { generation, since } };
}

const WAITS_FOR_A_PERSON = new Set(["awaitingApproval", "awaitingResult"]);

/** Checks a batch of the calls that the thread waits for; comes back unless all of them wait for a person. */
async function checkTools(ctx: MutationCtx, thread: LoadedThread, after: number): Promise<void> {
  const threadId: Id<"threads"> = thread._id;
  const round = { threadId, generation: thread.snapshot.context.generation };
  const { rows, more } = await takeBounded(pendingCalls(ctx, round, after));
  let canDie = more || after >= 0;
  for (const call of rows.map(toLoadedToolCall)) {
    const state = pendingState(call.snapshot);
    if (state === null || WAITS_FOR_A_PERSON.has(state)) continue;
    canDie = true;
    if (state === "executing" && (await jobIsDead(ctx, call.job)))
      await dispatchToolCall(ctx, call, { type: "EXECUTOR_DIED", epoch: call.snapshot.context.epoch });
  }
  const current = await loadThread(ctx, threadId);
  if (!canDie || !current || current.jobs.watchdog) return;
  await setWatchdog(ctx, current, { threadId, after: more ? rows.at(-1)!.index : -1 });
}
