import type { FunctionHandle } from "convex/server";
import { internal } from "../../../component/_generated/api.js";
import type { Id } from "../../../component/_generated/dataModel.js";
import { positionOf } from "../../../component/lib/position.js";
import type { RequestedToolCall } from "../../../component/validators/thread.js";
import {
  createToolCallSnapshot,
  DEFAULT_TOOL_POLICY,
  type Failure,
  stepToolCall,
  storeThread,
  storeToolCall,
  type ThreadSnapshot,
  threadStatus,
  type ToolCallEvent,
  type ToolCallPolicy,
  type ToolCallSnapshot,
  toolCallStatus,
} from "../../../machines/index.js";
import { preparingState, runningState } from "../../../machines/thread/states.js";
import { turnTime } from "../../../machines/thread/budgets.js";
import { TICK_MS } from "../../machines/alphabet.js";
import { place } from "../../machines/invariants/threadPlaces.js";
import type { Ctx } from "./seen.js";

/** The app's functions, whose names stand in rows and jobs; they never run here. */
export const STREAM_HANDLER = "agent:handler";
export const STREAM_HANDLE = `function://;${STREAM_HANDLER}`;
/** What an agent's row says, whose threads log what they do. */
export const AGENT = { streamHandle: STREAM_HANDLE, pools: {}, keepTransitions: 200 };
export const HANDLER = "function://;tools:record";

/** What `Math.random` answers, so that backoffs are known. */
export const RANDOM = 0.5;

/** What readers have seen of a live stream. */
export const SHOWN = "shown so far";

export const inputOf = (toolCallId: string) => ({ key: toolCallId });

const REFUSED: Failure = { code: "unknown_tool", message: "There is no such tool." };

/** A call that a step asks for; one that cannot be run has no handler. */
export const requestedCall = (toolCallId: string, isRunnable: boolean): RequestedToolCall => ({
  toolCallId,
  toolName: "tool",
  input: inputOf(toolCallId),
  run: isRunnable ? { options: { handler: HANDLER }, policy: DEFAULT_TOOL_POLICY } : { rejected: REFUSED },
});

interface CallPlace {
  threadId: Id<"threads">;
  generation: number;
  position: number;
  index: number;
}

/** The time after which a call in this state is over, or null. */
function deadlineMs({ value, context }: ToolCallSnapshot): number | null {
  if (typeof value === "string" || value.pending === "requested" || value.pending === "backoff") return null;
  return value.pending === "awaitingApproval" ? context.approvalTimeoutMs : context.timeoutMs;
}

/** Stores a tool call in a state, with the jobs that it would have there. */
export async function insertCall(
  ctx: Ctx,
  place: CallPlace,
  snapshot: ToolCallSnapshot,
): Promise<Id<"toolCalls">> {
  const { threadId, position, index } = place;
  const call = { threadId, position, index };
  const { epoch, deadline } = snapshot.context;
  const toolCallId = `call-${place.index}`;
  const input = inputOf(toolCallId);
  const state = typeof snapshot.value === "string" ? null : snapshot.value.pending;
  const executor = { threadId, position, generation: place.generation, calls: [] };
  const job =
    state === "executing"
      ? await ctx.scheduler.runAfter(0, internal.executor.run, executor)
      : state === "backoff"
        ? await ctx.scheduler.runAfter(250, internal.toolEvents.retryDue, { call, epoch })
        : undefined;
  const ms = deadlineMs(snapshot);
  const timer =
    ms === null
      ? undefined
      : await ctx.scheduler.runAfter(ms, internal.toolEvents.deadlinePassed, { call, deadline });
  return ctx.db.insert("toolCalls", {
    ...{ ...place, toolCallId, toolName: "tool", input, snapshot: storeToolCall(snapshot) },
    deadline: timer && { job: timer, at: Date.now() + ms! },
    ...(toolCallStatus(snapshot) === "pending" && { pending: true, options: { handler: HANDLER }, job }),
  });
}

/** One call in each state that a call can be in while its thread waits for tools. */
const ROUND: { policy?: Partial<ToolCallPolicy>; path: ToolCallEvent[] }[] = [
  { path: [{ type: "START" }] },
  { path: [{ type: "TAKEN" }] },
  { policy: { timeoutMs: 30_000 }, path: [{ type: "START" }] },
  { policy: { needsApproval: true, approvalTimeoutMs: 600_000 }, path: [{ type: "START" }] },
  { policy: { kind: "async" }, path: [{ type: "START" }, { type: "HANDLER_RETURNED", epoch: 1 }] },
  { policy: { kind: "external", timeoutMs: 30_000 }, path: [{ type: "START" }] },
  { path: [{ type: "START" }, { type: "HANDLER_RETURNED", epoch: 1 }] },
  { path: [] },
  {
    path: [{ type: "START" }, { type: "HANDLER_FAILED", epoch: 1, retryable: true, error: REFUSED }],
  },
];

const callAt = ({ policy, path }: (typeof ROUND)[number]) =>
  path.reduce(
    (snapshot, event) => stepToolCall(snapshot, event).snapshot,
    createToolCallSnapshot({ ...DEFAULT_TOOL_POLICY, ...policy }),
  );

/**
 * Stores a thread in a state, with all that it would own and have scheduled there.
 *
 * @param options.hasWatchdog - false while the watchdog itself runs.
 * @param options.hasCalls - false to leave out the tool calls that the thread would wait for.
 */
export async function insertThread(
  ctx: Ctx,
  snapshot: ThreadSnapshot,
  { hasWatchdog = true, hasCalls = true } = {},
): Promise<Id<"threads">> {
  const { generation, turn, calls, revision } = snapshot.context;
  const status = threadStatus(snapshot);
  const agent = await ctx.db.insert("agents", AGENT);
  // The turn began as long ago as it had when the model took its events.
  const startedAt = Date.now() - TICK_MS;
  const stored = { ...snapshot, context: { ...snapshot.context, startedAt } };
  const row = { snapshot: storeThread(stored), status, agent, jobs: {}, logged: 0 };
  const threadId = await ctx.db.insert("threads", row);
  const running = runningState(snapshot);
  const watch = () => ctx.scheduler.runAfter(10_000, internal.watchdog.watch, { threadId });
  if (place(snapshot) === "preparing.truncating") {
    const truncation = { from: { position: 0, creationTime: 0 }, turn, revision };
    const edit = await ctx.scheduler.runAfter(0, internal.historyBatches.next, { threadId, revision });
    await ctx.db.patch("threads", threadId, { edit: { truncation }, jobs: { edit } });
  }
  if (preparingState(snapshot) !== null) {
    const { jobs } = (await ctx.db.get("threads", threadId))!;
    await ctx.db.patch("threads", threadId, { jobs: { ...jobs, watchdog: await watch() } });
  }
  if (running === null) return threadId;

  const time = turnTime(snapshot.context);
  const handle = STREAM_HANDLE as FunctionHandle<"action">;
  const retry = () => ctx.scheduler.runAfter(500, internal.timers.retryDue, { threadId, generation });
  await ctx.db.patch("threads", threadId, {
    jobs: {
      stream: await ctx.scheduler.runAfter(0, handle, { threadId, generation }),
      watchdog: hasWatchdog ? await watch() : undefined,
      retry: running === "backoff" ? await retry() : undefined,
      turn: time
        ? await ctx.scheduler.runAfter(time.ms, internal.timers.turnTimeUp, {
            ...{ threadId, turn, budget: time.budget },
          })
        : undefined,
    },
  });
  if (running === "streaming") await insertStream(ctx, { threadId, position: positionOf(turn, calls) });
  if (running === "tools" && hasCalls) {
    const place = { threadId, generation, position: positionOf(turn, calls) };
    for (const [index, call] of ROUND.entries()) await insertCall(ctx, { ...place, index }, callAt(call));
  }
  return threadId;
}

async function insertStream(ctx: Ctx, stream: { threadId: Id<"threads">; position: number }): Promise<void> {
  const streamId = await ctx.db.insert("streams", { ...stream, heartbeatAt: Date.now() });
  const [first, second] = [SHOWN.slice(0, 6), SHOWN.slice(6)];
  const begin = { type: "text-start", id: "t" };
  const delta = (text: string) => ({ type: "text-delta", id: "t", delta: text });
  await ctx.db.insert("deltas", { stream: streamId, seq: 0, chunks: [begin, delta(first)] });
  await ctx.db.insert("deltas", { stream: streamId, seq: 1, chunks: [second] });
}
