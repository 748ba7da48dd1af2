import type { FunctionArgs } from "convex/server";
import { checkStep } from "../../component/lib/stepSize.js";
import { persistently } from "../../component/lib/persistently.js";
import type { CommitOutcome, StepLease, StepOutcome } from "../../component/validators/thread.js";
import type { ActionCtx, ComponentApi } from "../types.js";
import type { StreamSink } from "./deltaWriter.js";
import type { StepFailure } from "./stepFailure.js";

type Claimed = NonNullable<ComponentApi["steps"]["claim"]["_returnType"]>;
type Answer = Omit<FunctionArgs<ComponentApi["steps"]["commit"]>, keyof StepLease | "place">;
type Report = Omit<FunctionArgs<ComponentApi["inlineCalls"]["report"]>, keyof StepLease | "place">;
type Reported = NonNullable<ComponentApi["inlineCalls"]["report"]["_returnType"]>;

/** Which step it is, and which attempt at it. */
type Place = Omit<Claimed, "history" | "thread">;

/** How often a handler without anything to write sends a heartbeat, in milliseconds; a lease lasts much longer. */
const HEARTBEAT_MS = 10_000;

/** How long a call that fails is repeated, in milliseconds. */
export const PATIENCE_MS = 5 * 60_000;

/**
 * A step that a handler holds, and all that the handler tells the component of it. From then on, heartbeats renew the
 * lease. Calls that fail are repeated: each of them may be made twice.
 */
export class HeldStep implements StreamSink {
  private readonly losing = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private livedAt = Date.now();
  private isReleased = false;

  /** Aborted when the handler has lost its lease: nothing that it does from then on counts. */
  readonly lost = this.losing.signal;
  /** The step's stream has a name from its first write on. */
  streamId: string | undefined;

  private constructor(
    private readonly ctx: ActionCtx,
    private readonly component: ComponentApi,
    private readonly lease: StepLease,
    readonly place: Place,
  ) {
    this.scheduleHeartbeat();
  }

  /**
   * Claims a step. Null if it needs no handler any more.
   *
   * @param maxMessages - how many messages the claim's page of history has at most.
   * @returns the step, the newest page of the history, and what the options may depend on.
   */
  static async claim(
    ctx: ActionCtx,
    component: ComponentApi,
    lease: StepLease,
    maxMessages: number | undefined,
  ): Promise<({ held: HeldStep } & Pick<Claimed, "history" | "thread">) | null> {
    const claim = () => ctx.runMutation(component.steps.claim, { ...lease, maxMessages });
    const claimed = await persistently(claim, { forMs: PATIENCE_MS });
    if (!claimed) return null;
    const { history, thread, ...place } = claimed;
    return { held: new HeldStep(ctx, component, lease, place), history, thread };
  }

  /** The step after this one, which a report has handed over. */
  next(generation: number): HeldStep {
    const { turn, step } = this.place;
    const place = { turn, step: step + 1, attempt: 1 };
    return new HeldStep(this.ctx, this.component, { ...this.lease, generation }, place);
  }

  async flush(batch: Parameters<StreamSink["flush"]>[0]): Promise<boolean> {
    const write = { ...this.lease, streamId: this.streamId, ...batch };
    return this.noteAnswer(await this.ctx.runMutation(this.component.steps.flush, write));
  }

  /**
   * Commits the step; see `steps.commit`.
   *
   * @throws step_too_large - before anything is sent.
   */
  async commit(answer: Answer): Promise<CommitOutcome> {
    checkStep(answer);
    const { turn, step } = this.place;
    const commit = { ...this.lease, place: { turn, step }, ...answer };
    return this.repeat(() => this.ctx.runMutation(this.component.steps.commit, commit));
  }

  /** Reports what came of the step's calls that the handler has run; see `inlineCalls.report`. Whoever calls it repeats it. */
  report(report: Report): Promise<Reported> {
    const { turn, step } = this.place;
    return this.ctx.runMutation(this.component.inlineCalls.report, {
      ...this.lease,
      place: { turn, step },
      ...report,
    });
  }

  /** Reports that the step failed; see `steps.failed`. */
  fail(failure: StepFailure): Promise<StepOutcome> {
    const report = { ...this.lease, ...failure };
    return this.repeat(() => this.ctx.runMutation(this.component.steps.failed, report));
  }

  /** Lets the step go: there are no more heartbeats. */
  release(): void {
    this.isReleased = true;
    clearTimeout(this.timer);
  }

  private repeat<T>(call: () => Promise<T>): Promise<T> {
    return persistently(call, { forMs: PATIENCE_MS });
  }

  private scheduleHeartbeat(): void {
    this.timer = setTimeout(() => void this.beat(), this.livedAt + HEARTBEAT_MS - Date.now());
  }

  /** One that fails is made up for by the next. */
  private async beat(): Promise<void> {
    if (Date.now() - this.livedAt >= HEARTBEAT_MS) {
      const sign = { ...this.lease, streamId: this.streamId };
      try {
        this.noteAnswer(await this.ctx.runMutation(this.component.steps.heartbeat, sign));
      } catch {
        this.livedAt = Date.now();
      }
    }
    if (!this.isReleased && !this.lost.aborted) this.scheduleHeartbeat();
  }

  private noteAnswer(streamId: string | null): boolean {
    this.livedAt = Date.now();
    this.streamId = streamId ?? undefined;
    if (streamId === null && !this.isReleased) {
      clearTimeout(this.timer);
      this.losing.abort();
    }
    return streamId !== null;
  }
}
