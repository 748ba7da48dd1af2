import { positionOf } from "../../../component/lib/position.js";
import type { RequestedToolCall } from "../../../component/validators/thread.js";
import {
  createToolCallSnapshot,
  DEFAULT_TOOL_POLICY,
  DEFAULT_TURN_LIMITS,
  stepThread,
  stepToolCall,
  storeThread,
  type ThreadEffect,
  type ThreadEvent,
  type ThreadSnapshot,
  threadStatus,
  type ToolCallEffect,
  type ToolCallEvent,
  type ToolCallSnapshot,
  toolCallStatus,
} from "../../../machines/index.js";
import { awaitsTools } from "../../../machines/describe.js";
import { detailsOf } from "../../../machines/thread/details.js";
import { addTokens, NO_TOKENS } from "../../../machines/thread/tokens.js";
import { backoffMs, STREAM_BACKOFF, TOOL_BACKOFF } from "../../../machines/retry.js";
import { statePath } from "../../../machines/thread/states.js";
import { HANDLER, RANDOM, SHOWN, STREAM_HANDLER, inputOf } from "./arrange.js";
import type { Seen, SeenCall, SeenJob } from "./seen.js";

/** What stands around an effect: the thread it is about, what will be seen of it, and the step's tool calls. */
interface Around {
  threadId: string;
  seen: Seen;
  requested: RequestedToolCall[];
  /** The stream handler runs those of the calls that it may. */
  handlerTakes: boolean;
  event: ThreadEvent;
  /** The state before the event whose effects are looked at. */
  from: string;
  /** The text of the message that comes with the event, if one does. */
  message: string | undefined;
}

type ParamsOf<E extends { type: string }, T> = Extract<E, { type: T }> extends { params: infer P } ? P : void;

/** What each effect of a thread leaves behind; an effect may answer with the event that follows from it. */
const THREAD_FOOTPRINTS: {
  [T in ThreadEffect["type"]]: (around: Around, params: ParamsOf<ThreadEffect, T>) => ThreadEvent | void;
} = {
  placeMessage: ({ seen, event, message: text }, { turn, step }) => {
    if (text === undefined) return;
    const role = event.type === "STREAM_FINISHED" ? "assistant" : "user";
    seen.messages.push({ role, position: positionOf(turn, step), text, partial: false });
  },
  removeMessage: ({ seen, event }) => {
    const { turn, step } = event as Extract<ThreadEvent, { type: "WITHDRAW" }>;
    seen.messages = seen.messages.filter(({ position }) => position !== positionOf(turn, step));
  },
  enqueueStream: ({ threadId, seen }, { generation }) => {
    const args = { threadId, generation, enqueuedAt: Date.now() };
    seen.thread!.jobs.stream = schedule(seen, STREAM_HANDLER, args);
  },
  continueStream: () => {},
  armWatchdog: ({ threadId, seen }) => {
    seen.thread!.jobs.watchdog ??= schedule(
      seen,
      "watchdog:watch",
      { threadId, dueAt: Date.now() + 10_000 },
      10_000,
    );
  },
  scheduleRetry: ({ threadId, seen }, { generation, attempt, retryAfterMs }) => {
    const delay = backoffMs(STREAM_BACKOFF, { attempt, retryAfterMs, random: RANDOM });
    seen.thread!.jobs.retry = schedule(seen, "timers:retryDue", { threadId, generation }, delay);
  },
  startTools: ({ threadId, seen, requested, handlerTakes }, { generation, turn, step }) => {
    const calls = requested.map(({ toolCallId, run }, index): [SeenCall, ToolCallEvent] => {
      const snapshot = createToolCallSnapshot("policy" in run ? run.policy : DEFAULT_TOOL_POLICY);
      const call = {
        ...{ toolCallId, position: positionOf(turn, step), index, generation, snapshot },
        ...{ pending: true, output: undefined, job: null, deadline: null },
      };
      if ("rejected" in run) return [call, { type: "REJECT", error: run.rejected }];
      return [call, { type: handlerTakes && isPlain(call) ? "TAKEN" : "START" }];
    });
    seen.calls.push(...calls.map(([call]) => call));
    takeCalls(threadId, seen, calls);
    if (!calls.some(([, { type }]) => type === "TAKEN")) delete seen.thread!.jobs.stream;
    return isSettled(seen, generation) ? { type: "TOOLS_SETTLED", generation } : undefined;
  },
  retireStream: ({ seen }) => {
    if (statePath(seen.thread!.snapshot) !== "running.tools") delete seen.thread!.jobs.stream;
    seen.streams = seen.streams.filter(({ closed }) => closed !== undefined);
  },
  abortStream: ({ seen }, { keep }) => {
    const stream = seen.streams.find(({ closed }) => closed === undefined);
    if (!stream) return;
    stream.closed = keep ? "keep" : "drop";
    seen.thread!.isUntidy = true;
  },
  cancelTools: ({ seen, from }) => {
    if (from === "running.tools") seen.thread!.isUntidy = true;
  },
  armTurnTimer: ({ threadId, seen }, { turn, time }) => {
    const { jobs } = seen.thread!;
    unschedule(jobs.turn ?? null);
    delete jobs.turn;
    if (time)
      jobs.turn = schedule(seen, "timers:turnTimeUp", { threadId, turn, budget: time.budget }, time.ms);
  },
  recordTurn: ({ seen }, turn) => {
    const { threadTokens = NO_TOKENS, threadCost = 0 } = seen.turns.at(-1) ?? {};
    seen.turns.push({
      ...turn,
      threadTokens: addTokens(threadTokens, turn.tokens),
      threadCost: threadCost + turn.cost,
    });
  },
  truncate: ({ threadId, seen }, { from, turn, revision }) => {
    cancelUnawaited(threadId, seen);
    const isLeft = ({ position }: { position: number }) =>
      position < from.position || position >= positionOf(turn + 1, 0);
    seen.messages = seen.messages.filter(isLeft);
    seen.calls = seen.calls.filter(isLeft);
    return { type: "TRUNCATED", revision };
  },
  copyHistory: (_, { revision }) => ({ type: "COPIED", revision }),
  cancelTimers: ({ seen }) => {
    const { jobs } = seen.thread!;
    for (const name of ["stream", "retry", "turn", "watchdog"] as const) {
      unschedule(jobs[name] ?? null);
      delete jobs[name];
    }
  },
  purge: ({ threadId, seen }) => {
    seen.thread!.jobs.purge = schedule(seen, "purge:run", { threadId });
  },
  dropThread: ({ seen }) => {
    seen.thread = null;
  },
};

/** What stands around an effect of a tool call, and the calls of this transaction that share an executor. */
interface AroundCall {
  threadId: string;
  seen: Seen;
  call: SeenCall;
  /** The state before the event. */
  before: ToolCallSnapshot;
  shared: SeenCall[];
}

/** Only the end of the turn can make the run of such a call unwanted. */
const isPlain = ({ snapshot: { context } }: SeenCall): boolean =>
  context.kind === "sync" && context.timeoutMs === null && !context.needsApproval;

/** The first run of a call that nobody had to approve shares its executor. */
const isShared = ({ snapshot: { context } }: Pick<SeenCall, "snapshot">): boolean =>
  context.epoch === 1 && !context.needsApproval;

/** A run as its executor is given it. */
function runOf(threadId: string, call: SeenCall) {
  const { position, index, toolCallId, snapshot } = call;
  const { kind, epoch, attempt, maxAttempts } = snapshot.context;
  return {
    ...{ threadId, position, index, toolCallId, toolName: "tool", input: inputOf(toolCallId) },
    ...{ kind, epoch, attempt, maxAttempts, options: { handler: HANDLER } },
    asks: !(isShared(call) && isPlain(call)),
  };
}

/** Schedules one executor for calls of one step. */
function scheduleExecutor(threadId: string, seen: Seen, calls: SeenCall[]): void {
  const { position, generation } = calls[0]!;
  const runs = calls.map((call) => runOf(threadId, call));
  const job = schedule(seen, "executor:run", { threadId, position, generation, calls: runs });
  for (const call of calls) call.job = job;
}

/** What each effect of a tool call leaves behind. */
const TOOL_CALL_FOOTPRINTS: {
  [T in ToolCallEffect["type"]]: (at: AroundCall, params: ParamsOf<ToolCallEffect, T>) => void;
} = {
  executeTool: ({ threadId, seen, call, shared }) => {
    if (isShared(call)) shared.push(call);
    else scheduleExecutor(threadId, seen, [call]);
  },
  scheduleToolRetry: ({ threadId, seen, call }, { epoch, attempt }) => {
    const which = { threadId, position: call.position, index: call.index };
    const delay = backoffMs(TOOL_BACKOFF, { attempt, random: RANDOM });
    call.job = schedule(seen, "toolEvents:retryDue", { call: which, epoch }, delay);
  },
  armDeadline: ({ threadId, seen, call }, { deadline, ms }) => {
    unschedule(call.deadline);
    const which = { threadId, position: call.position, index: call.index };
    const args = { call: which, deadline };
    call.deadline = ms === null ? null : schedule(seen, "toolEvents:deadlinePassed", args, ms);
  },
  cancelDeadline: ({ call }) => {
    unschedule(call.deadline);
    call.deadline = null;
  },
  cancelExecutor: ({ seen, call, before }) => {
    // Its neighbours may be wanted still.
    const isAwaited = awaitsTools(seen.thread!.snapshot, call.generation);
    if (!(isShared({ snapshot: before }) && isAwaited)) unschedule(call.job);
  },
  // No round here has more calls than run at a time.
  startNext: () => {},
  reportSettled: () => {},
};

function schedule(seen: Pick<Seen, "jobs">, name: string, args: unknown, delayMs = 0): SeenJob {
  const job: SeenJob = { name, args, delayMs, state: "pending" };
  seen.jobs.push(job);
  return job;
}

/** Only what has not begun can be unscheduled. */
function unschedule(job: SeenJob | null): void {
  if (job?.state === "pending") job.state = "canceled";
}

const isSettled = ({ calls }: Seen, generation: number) =>
  !calls.some((call) => call.pending && call.generation === generation);

/** Takes tool calls through an event each as the model says; answers whether the thread is to hear of it. */
function takeCalls(threadId: string, seen: Seen, events: [SeenCall, ToolCallEvent][]): boolean {
  const shared: SeenCall[] = [];
  let reports = false;
  for (const [call, event] of events) {
    const before = call.snapshot;
    const { snapshot, effects } = stepToolCall(before, event);
    call.snapshot = snapshot;
    call.pending = toolCallStatus(snapshot) === "pending";
    for (const { type, params } of effects as { type: ToolCallEffect["type"]; params?: never }[])
      TOOL_CALL_FOOTPRINTS[type]({ threadId, seen, call, before, shared }, params as never);
    if (!call.pending) call.job = null;
    reports ||= effects.some(({ type }) => type === "reportSettled");
  }
  if (shared.length > 0) scheduleExecutor(threadId, seen, shared);
  return reports;
}

/** What comes with an event of a thread. */
interface With {
  requested?: RequestedToolCall[];
  message?: string;
  handlerTakes?: boolean;
}

/** What is to be seen of a thread after an event, from what was seen before it. */
export function afterThreadEvent(
  threadId: string,
  before: Seen,
  event: ThreadEvent,
  { requested = [], message, handlerTakes = false }: With = {},
): Seen {
  const seen = structuredClone(before);
  takeThread({ threadId, seen, requested, handlerTakes, event, message, from: "" }, event);
  scheduleCleanup(threadId, seen);
  return seen;
}

/** What is cut off is cleaned up soon after. */
function scheduleCleanup(threadId: string, { thread, ...seen }: Seen): void {
  if (!thread?.isUntidy || thread.status === "deleting") return;
  thread.jobs.cleanup ??= schedule(seen, "cleanup:run", { threadId });
}

/** What is to be seen of a thread after its cleanup, from what was seen before it. */
export function afterCleanup(threadId: string, before: Seen): Seen {
  const seen = structuredClone(before);
  const { thread } = seen;
  for (const { closed, position, deltas } of seen.streams)
    if (closed === "keep" && deltas > 0)
      seen.messages.push({ role: "assistant", position, text: SHOWN, partial: true });
  seen.streams = seen.streams.filter(({ closed }) => closed === undefined);
  cancelUnawaited(threadId, seen);
  thread!.isUntidy = false;
  delete thread!.jobs.cleanup;
  return seen;
}

/** Calls without an outcome that nobody awaits are cancelled, with what is scheduled for them. */
function cancelUnawaited(threadId: string, seen: Seen): void {
  for (const call of seen.calls)
    if (call.pending && !awaitsTools(seen.thread!.snapshot, call.generation))
      takeCalls(threadId, seen, [[call, { type: "CANCEL" }]]);
}

function takeThread(around: Around, event: ThreadEvent): void {
  const { thread } = around.seen;
  const at = Date.now();
  const before = thread!.snapshot;
  const { snapshot, effects, accepted } = stepThread(before, event, at);
  const from = statePath(before);
  if (accepted && threadStatus(snapshot) !== "deleting") {
    const seq = (thread!.logged += 1);
    const { generation } = snapshot.context;
    const entry = { seq, event: event.type, from, to: statePath(snapshot), generation, at };
    const details = detailsOf(event);
    around.seen.transitions.push({
      ...entry,
      ...(details && Object.keys(details).length > 0 && { details }),
      ...((seq === 1 || saysMore(before, snapshot)) && { snapshot: storeThread(snapshot) }),
    });
  }
  around.from = from;
  thread!.snapshot = snapshot;
  thread!.status = threadStatus(snapshot);
  const following: ThreadEvent[] = [];
  for (const { type, params } of effects as { type: ThreadEffect["type"]; params?: never }[]) {
    const next = THREAD_FOOTPRINTS[type](around, params as never);
    if (next) following.push(next);
  }
  for (const next of following) takeThread(around, next);
}

/** The state after an event does not follow from the event and the state before it, because limits came with it, or for readers. */
const saysMore = ({ context: before }: ThreadSnapshot, { context: after }: ThreadSnapshot): boolean =>
  before.turn !== after.turn ||
  Object.keys(DEFAULT_TURN_LIMITS).some((name) => before[name as "maxSteps"] !== after[name as "maxSteps"]);

/**
 * What is to be seen of a thread after an event of one of its tool calls, from what was seen before it.
 *
 * @param lease - that of the stream handler which reports the event, if it goes on with the next step.
 */
export function afterToolCallEvent(
  threadId: string,
  before: Seen,
  settling: ToolCallEvent,
  output: unknown,
  { index = 0, lease }: { index?: number; lease?: string } = {},
): Seen {
  const seen = structuredClone(before);
  const call = seen.calls[index]!;
  const wasPending = call.pending;
  const reports = takeCalls(threadId, seen, [[call, settling]]);
  if (wasPending && call.snapshot.value === "completed") call.output = output;
  const { generation } = call;
  const event: ThreadEvent =
    lease === undefined
      ? { type: "TOOLS_SETTLED", generation }
      : { type: "STREAM_CONTINUED", generation, lease };
  const around = { threadId, seen, requested: [], handlerTakes: false, event, message: undefined, from: "" };
  if (reports && isSettled(seen, generation)) takeThread(around, event);
  return seen;
}
