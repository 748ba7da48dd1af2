import { getConvexSize, type Value } from "convex/values";
import { stepToolCall } from "../../machines/step.js";
import { storeToolCall } from "../../machines/stored.js";
import type { ToolCallEvent } from "../../machines/toolCall/events.js";
import { pendingState } from "../../machines/toolCall/states.js";
import { internal } from "../_generated/api.js";
import type { Doc, Id } from "../_generated/dataModel.js";
import type { MutationCtx } from "../_generated/server.js";
import { MAX_CALLS_AT_ONCE, MAX_CALLS_OF_EXECUTOR, MAX_SHARED_BYTES } from "../lib/limits.js";
import { callByKey, roundIsAwaited, type LoadedToolCall, type Round } from "../model/toolCalls.js";
import { keptData } from "../model/toolData.js";
import type { Job, ToolRun } from "../validators/thread.js";
import { isPlain, mayBeTaken, optionsToKeep, runOf } from "./callSharing.js";
import { cancelJob } from "./jobs.js";
import { runToolCallEffect } from "./toolCallEffects.js";

/** A tool call in memory, whether it is stored yet or not. */
export type ToolCallInMemory = Omit<LoadedToolCall, "_id" | "_creationTime"> & { _id?: Id<"toolCalls"> };

/** What comes with an event: a result, the file that holds it, arguments that a person edited, or how to run the call again. */
export type ToolCallWrites = Partial<Pick<Doc<"toolCalls">, "input" | "output" | "file" | "options">> & {
  /** The call's deadline is the job that runs now: it must not cancel itself. */
  deadline?: undefined;
};

/**
 * Tool calls of one thread that a transaction takes through events, in memory: the only maker of their snapshots. At the end
 * {@link write} schedules executors, several calls to each where that is allowed, and writes each row once.
 */
export class CallBatch {
  /** The calls that the stream handler runs from now on, by their index. */
  readonly taken: number[] = [];
  /** A call that got its outcome, if one did. */
  settled: ToolCallInMemory | undefined;
  private readonly changed = new Map<string, ToolCallInMemory>();
  private readonly toShare: { call: ToolCallInMemory; run: ToolRun }[] = [];
  private readonly cancelled = new Set<Job>();
  private readonly awaited = new Map<number, Promise<boolean>>();

  /**
   * @param options.handlerTakes - the step's stream handler runs the calls that get a place by this. Default: false.
   * @param options.isUnawaited - nobody waits for the calls: no other one is started. Default: the thread's row says it.
   */
  constructor(
    readonly ctx: MutationCtx,
    private readonly options: { handlerTakes?: boolean; isUnawaited?: boolean } = {},
  ) {}

  /**
   * Takes a call through an event.
   *
   * @returns false if the event is stale or means nothing now.
   */
  async step(given: ToolCallInMemory, event: ToolCallEvent, writes: ToolCallWrites = {}): Promise<boolean> {
    const call: ToolCallInMemory = { ...given, ...writes };
    const events = [event];
    let isAccepted = false;
    for (const next of events) {
      const { snapshot, effects, accepted } = stepToolCall(call.snapshot, next);
      if (!accepted) continue;
      isAccepted = true;
      this.note(call);
      const before = call.snapshot;
      call.snapshot = snapshot;
      for (const effect of effects) {
        const following = await runToolCallEffect(this, { call, before }, effect);
        if (following) events.push(following);
      }
    }
    return isAccepted;
  }

  /** Has a call written as it will be at the end. */
  note(call: ToolCallInMemory): void {
    this.changed.set(keyOf(call), call);
  }

  /** Has the call run by an executor that is scheduled at the end and may run others as well. */
  share(call: ToolCallInMemory): void {
    this.toShare.push({ call, run: runOf(call, !isPlain(call)) });
    call.options = optionsToKeep(call);
  }

  /** Cancels an executor, once for all of its calls: its record, which is read, has the arguments of them all. */
  async cancel(job: Job | undefined): Promise<void> {
    if (job === undefined || this.cancelled.has(job)) return;
    this.cancelled.add(job);
    await cancelJob(this.ctx, job);
  }

  /**
   * Starts the next call of a step that waits for a place. Calls have their places in turn: the one at index i gives its place
   * to the one at i + {@link MAX_CALLS_AT_ONCE}, so that calls that end at the same time start different ones.
   */
  async startNext({ threadId, generation, position, index }: ToolCallInMemory): Promise<void> {
    if (this.options.isUnawaited) return;
    for (let at = index + MAX_CALLS_AT_ONCE; ; at += MAX_CALLS_AT_ONCE) {
      const key = { threadId, position, index: at };
      const next = this.changed.get(keyOf(key)) ?? (await callByKey(this.ctx, key));
      if (!next) return;
      if (pendingState(next.snapshot) !== "requested") continue;
      if (await this.isAwaited({ threadId, generation })) await this.start(next);
      return;
    }
  }

  /** Whether the thread still waits for a round. */
  async isAwaited(round: Round): Promise<boolean> {
    if (this.options.isUnawaited) return false;
    const known = this.awaited.get(round.generation) ?? roundIsAwaited(this.ctx, round);
    this.awaited.set(round.generation, known);
    return known;
  }

  private async start(call: ToolCallInMemory): Promise<void> {
    const isTaken = this.options.handlerTakes === true && mayBeTaken(call);
    if (isTaken) this.taken.push(call.index);
    await this.step(call, { type: isTaken ? "TAKEN" : "START" });
  }

  /** Whether each of the calls has its outcome. */
  get isSettled(): boolean {
    return [...this.changed.values()].every(({ snapshot }) => pendingState(snapshot) === null);
  }

  /** Schedules the executors that several calls share, and writes all rows. */
  async write(): Promise<void> {
    for (const shared of inGroups(this.toShare)) {
      const { threadId, position, generation } = shared[0]!.call;
      const calls = shared.map(({ run }) => run);
      const args = { threadId, position, generation, calls };
      const job = await this.ctx.scheduler.runAfter(0, internal.executor.run, args);
      for (const { call } of shared) call.job = job;
    }
    for (const call of this.changed.values()) await this.writeRow(call);
  }

  private async writeRow(call: ToolCallInMemory): Promise<void> {
    const row = toRow(call);
    if (call._id === undefined) {
      await this.ctx.db.insert("toolCalls", row);
      return;
    }
    const { snapshot, pending, options, pool, job, seenRunningAt, deadline, progress, data, file } = row;
    const [input, output] = [row.input as unknown, row.output as unknown];
    const now = { snapshot, pending, options, pool, job, seenRunningAt, deadline, progress, data, file };
    await this.ctx.db.patch("toolCalls", call._id, { ...now, input, output });
  }
}

/** What is run by one executor each, in order: a few calls, whose arguments are not too large together. */
function inGroups<Shared extends { run: ToolRun }>(shared: Shared[]): Shared[][] {
  const groups: Shared[][] = [];
  let bytes = 0;
  for (const one of shared) {
    const size = getConvexSize(one.run.input as Value);
    const group = groups.at(-1);
    if (group && group.length < MAX_CALLS_OF_EXECUTOR && bytes + size <= MAX_SHARED_BYTES) {
      group.push(one);
      bytes += size;
    } else {
      groups.push([one]);
      bytes = size;
    }
  }
  return groups;
}

const keyOf = ({ position, index }: Pick<ToolCallInMemory, "position" | "index">) => `${position}:${index}`;

/** A call that has its outcome is kept for good, so what it took to run it is left out. */
function toRow({ _id, ...call }: ToolCallInMemory) {
  const row = { ...call, snapshot: storeToolCall(call.snapshot) };
  if (pendingState(call.snapshot) !== null) return row;
  return {
    ...row,
    pending: undefined,
    options: undefined,
    pool: undefined,
    job: undefined,
    seenRunningAt: undefined,
    progress: undefined,
    data: keptData(call.data),
  };
}
