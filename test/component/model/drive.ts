import { internal } from "../../../component/_generated/api.js";
import type { Id } from "../../../component/_generated/dataModel.js";
import { positionOf } from "../../../component/lib/position.js";
import type { ThreadEvent, ToolCallEvent, ToolCallPolicy } from "../../../machines/index.js";
import { currentCall } from "../../../machines/thread/context.js";
import { stateName } from "../../../machines/thread/states.js";
import type { StepLease } from "../../../component/validators/thread.js";
import type { ActionCtx } from "../../../src/types.js";
import { component } from "../../support/app/agent.js";
import type { App } from "../../support/harness.js";
import { AGENT, SHOWN, requestedCall } from "./arrange.js";
import { afterCleanup, afterThreadEvent, afterToolCallEvent } from "./footprint.js";
import { look, type Seen } from "./seen.js";
import { ANSWER, bringAbout, reportInline } from "./toolMoves.js";

/** What was seen after an event, and what the model says is to be seen. */
export interface Outcome {
  actual: Seen;
  expected: Seen;
}

/** The events whose functions store a message. */
const CARRIES_MESSAGE = new Set<ThreadEvent["type"]>(["SEND", "RESUME", "STREAM_FINISHED"]);

type Job =
  | "watchdog:watch"
  | "timers:retryDue"
  | "agent:handler"
  | "executor:run"
  | "toolEvents:retryDue"
  | "cleanup:run"
  | "purge:run";

/** A thread whose events are brought about by the component's own functions, as in an app. */
export class Driver {
  private constructor(
    private readonly app: App,
    readonly threadId: Id<"threads">,
  ) {}

  static async create(app: App): Promise<Driver> {
    const create = component.lifecycle.create;
    const id = await app.t.run((ctx) => ctx.runMutation(create, { agent: AGENT }));
    return new Driver(app, id as Id<"threads">);
  }

  async look(): Promise<Seen> {
    const found: Seen[] = [];
    // Taken out past the transaction's result, which would be copied: the thread's jobs are those in the list.
    await this.app.inComponent(async (ctx) => {
      found.push((await look(ctx, [this.threadId])).get(this.threadId)!);
      return null;
    });
    return found[0]!;
  }

  publicThread() {
    return this.app.t.run((ctx) =>
      ctx.runQuery(component.threads.get, { threadId: this.threadId, inspect: true }),
    );
  }

  /**
   * Brings a thread's event about.
   *
   * @param policies - those of the calls that a step asks for.
   * @param handlerTakes - the stream handler runs those of them that it may.
   */
  async thread(event: ThreadEvent, policies: ToolCallPolicy[] = [], handlerTakes = false): Promise<Outcome> {
    const { threadId } = this;
    const calls = policies.map((policy, index) => {
      const { run, ...call } = requestedCall(`call-${index}`, true);
      return { ...call, run: { ...run, policy } as never };
    });
    if (event.type === "LEASE_EXPIRED")
      return this.watch((before) => afterThreadEvent(threadId, before, event));
    if (event.type === "TOOLS_SETTLED") return this.settleTools();
    if (event.type === "STREAM_CONTINUED") return this.settleTools(event.lease);
    if (event.type === "PURGED") return this.purge();
    if (event.type === "RETRY_DUE") await this.take("timers:retryDue");
    const before = await this.look();
    await this.call(event, calls, handlerTakes);
    const message = CARRIES_MESSAGE.has(event.type) ? event.type : undefined;
    const given = { requested: calls, message, handlerTakes };
    const expected = this.withStream(event, afterThreadEvent(threadId, before, event, given));
    return { actual: await this.look(), expected };
  }

  /** Brings an event of the thread's only tool call about. */
  async toolCall(event: ToolCallEvent): Promise<Outcome> {
    const { threadId } = this;
    if (event.type === "CANCEL") {
      await this.thread({ type: "STOP" });
      return (await this.cleanUp())!;
    }
    if (event.type === "EXECUTOR_DIED") {
      await this.take("executor:run");
      await this.take("agent:handler");
      return this.watch((before) => {
        const expected = afterToolCallEvent(threadId, before, event, ANSWER);
        if (expected.calls[0]!.pending)
          this.expectWatchdog(expected, { threadId, notes: {}, dueAt: Date.now() + 10_000 });
        return expected;
      });
    }
    if (event.type === "RETRY_DUE") await this.take("toolEvents:retryDue");
    const before = await this.look();
    const [call] = before.calls;
    // The deadline that passes is the job that runs: it stays as it is.
    if (event.type === "DEADLINE_PASSED") call!.deadline = null;
    const expected = afterToolCallEvent(threadId, before, event, ANSWER);
    await bringAbout(this.app, threadId, event, call!);
    return { actual: await this.look(), expected };
  }

  /** Runs the cleanup that is scheduled; null if there is none. */
  async cleanUp(): Promise<Outcome | null> {
    const { threadId } = this;
    if (!(await this.look()).thread?.jobs.cleanup) return null;
    await this.take("cleanup:run");
    const before = await this.look();
    await this.app.inComponent((ctx) => ctx.runMutation(internal.cleanup.run, { threadId }));
    return { actual: await this.look(), expected: afterCleanup(threadId, before) };
  }

  /** The function that brings a thread's event about. */
  private async call(
    event: ThreadEvent,
    toolCalls: ReturnType<typeof requestedCall>[],
    takesCalls: boolean,
  ): Promise<void> {
    const { threadId } = this;
    const { lifecycle, sending, steps } = component;
    const prompt = event.type;
    await this.app.t.run(async (ctx): Promise<unknown> => {
      switch (event.type) {
        case "SEND":
          return ctx.runMutation(sending.send, { ...this.turnStart(event), prompt });
        case "RESUME":
          return ctx.runMutation(lifecycle.resume, { ...this.turnStart(event), prompt });
        case "STOP":
          return ctx.runMutation(lifecycle.stop, { threadId });
        case "DELETE":
          return ctx.runMutation(lifecycle.remove, { threadId });
        case "STREAM_STARTED": {
          const owner = { threadId, generation: event.generation, lease: event.lease };
          await ctx.runMutation(steps.claim, owner);
          return this.show(ctx, owner);
        }
        case "STREAM_FINISHED": {
          const owner = { threadId, generation: event.generation, lease: event.lease };
          return ctx.runMutation(steps.commit, {
            ...owner,
            parts: [{ type: "text", text: prompt }],
            toolCalls,
            takesCalls,
          });
        }
        case "STREAM_FAILED": {
          const { type: _, ...failure } = event;
          return ctx.runMutation(steps.failed, { threadId, ...failure });
        }
        default:
          return null;
      }
    });
    if (event.type === "RETRY_DUE") {
      const { generation } = event;
      await this.app.inComponent((ctx) =>
        ctx.runMutation(internal.timers.retryDue, { threadId, generation }),
      );
    }
  }

  /** The handler that the paths are driven by opens its stream as soon as it holds the step. */
  private async show(ctx: Pick<ActionCtx, "runMutation">, owner: StepLease): Promise<void> {
    const { steps } = component;
    const first = { type: "text-delta", id: "t", delta: SHOWN.slice(0, 6) };
    const streamId = await ctx.runMutation(steps.flush, { ...owner, seq: 0, chunks: [first] });
    const rest = { ...owner, streamId: streamId!, seq: 1, chunks: [SHOWN.slice(6)] };
    await ctx.runMutation(steps.flush, rest);
  }

  private turnStart({ limits }: { limits?: { maxAttempts: number; maxSteps: number } }) {
    return { threadId: this.threadId, agent: AGENT, limits };
  }

  private withStream(event: ThreadEvent, expected: Seen): Seen {
    const isHeld = stateName(expected.thread!.snapshot) === "streaming";
    if (!isHeld || !["STREAM_STARTED", "STREAM_CONTINUED"].includes(event.type)) return expected;
    const { turn, step } = currentCall(expected.thread!.snapshot.context);
    expected.streams.push({ position: positionOf(turn, step), deltas: 2, closed: undefined });
    return expected;
  }

  /** The stream handler is dead, and the watchdog finds it so. */
  private async watch(expect: (before: Seen) => Seen): Promise<Outcome> {
    const { threadId } = this;
    await this.take("watchdog:watch");
    await this.take("agent:handler");
    const before = await this.look();
    delete before.thread!.jobs.watchdog;
    const expected = expect(before);
    await this.app.inComponent((ctx) => ctx.runMutation(internal.watchdog.watch, { threadId }));
    return { actual: await this.look(), expected };
  }

  private expectWatchdog(seen: Seen, args: unknown): void {
    const watchdog = { name: "watchdog:watch", args, delayMs: 10_000, state: "pending" as const };
    seen.jobs.push(watchdog);
    seen.thread!.jobs.watchdog = watchdog;
  }

  /**
   * Every call of the step that has no outcome gets one; the last tells the thread.
   *
   * @param lease - that of the stream handler which ran the last one, and goes on with the next step.
   */
  private async settleTools(lease?: string): Promise<Outcome> {
    const { app, threadId } = this;
    for (;;) {
      const before = await this.look();
      const pending = before.calls.filter((call) => call.pending);
      const call = pending[0]!;
      const { epoch } = call.snapshot.context;
      const at = { index: before.calls.indexOf(call), lease };
      const event = { type: "HANDLER_RETURNED", epoch } as const;
      const expected = afterToolCallEvent(threadId, before, event, ANSWER, at);
      if (lease === undefined) await bringAbout(app, threadId, event, call);
      else {
        const outcomes = [{ index: call.index, epoch, outcome: { output: ANSWER } }];
        const { next } = await reportInline(app, { threadId, ...call }, outcomes, true);
        if (next) await app.t.run((ctx) => this.show(ctx, { threadId, generation: next.generation, lease }));
      }
      const last = { type: "STREAM_CONTINUED", generation: call.generation, lease: lease ?? "" } as const;
      const outcome = {
        actual: await this.look(),
        expected: lease ? this.withStream(last, expected) : expected,
      };
      if (pending.length === 1) return outcome;
    }
  }

  /** The purge goes on until the thread's own row is all that is left, and then that goes too. */
  private async purge(): Promise<Outcome> {
    const { threadId } = this;
    for (;;) {
      await this.take("purge:run");
      const before = await this.look();
      await this.app.inComponent((ctx) => ctx.runMutation(internal.purge.run, { threadId }));
      const actual = await this.look();
      if (actual.thread === null || actual.jobs.length === before.jobs.length)
        return { actual, expected: afterThreadEvent(threadId, before, { type: "PURGED" }) };
    }
  }

  /** Takes a job off the queue, as if it had begun (and, for an action, died). */
  private async take(name: Job): Promise<void> {
    await this.app.inComponent(async (ctx) => {
      const jobs = await ctx.db.system.query("_scheduled_functions").collect();
      for (const job of jobs)
        if (job.name === name && job.state.kind === "pending") await ctx.scheduler.cancel(job._id);
    });
  }
}
