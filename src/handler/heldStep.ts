import type { FunctionArgs } from "convex/server";
import { checkStep } from "../../component/lib/stepSize.js";
import { persistently } from "../../component/lib/persistently.js";
import type { StepLease, StepOutcome } from "../../component/validators/thread.js";
import type { ActionCtx, ComponentApi } from "../types.js";
import type { StreamSink } from "./deltaWriter.js";
import type { StepFailure } from "./stepFailure.js";

type Claimed = NonNullable<ComponentApi["steps"]["claim"]["_returnType"]>;
type Answer = Omit<FunctionArgs<ComponentApi["steps"]["commit"]>, keyof StepLease | "place">;

/** How often a handler without anything to write sends a heartbeat, in milliseconds; a lease lasts much longer. */
const HEARTBEAT_MS = 10_000;

/** How long a call that fails is repeated, in milliseconds. */
export const PATIENCE_MS = 5 * 60_000;

/**
 * A step that a handler has claimed, and all that the handler tells the component of it. From the claim on, heartbeats renew the
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
    readonly claimed: Claimed,
  ) {
    this.scheduleHeartbeat();
  }

  /**
   * Claims a step. Null if it needs no handler any more.
   *
   * @param maxMessages - how many messages the claim's page of history has at most.
   */
  static async claim(
    ctx: ActionCtx,
    component: ComponentApi,
    lease: StepLease,
    maxMessages: number | undefined,
  ): Promise<HeldStep | null> {
    const claim = () => ctx.runMutation(component.steps.claim, { ...lease, maxMessages });
    const claimed = await persistently(claim, { forMs: PATIENCE_MS });
    return claimed && new HeldStep(ctx, component, lease, claimed);
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
  async commit(answer: Answer): Promise<StepOutcome> {
    checkStep(answer);
    const { turn, step } = this.claimed;
    const commit = { ...this.lease, place: { turn, step }, ...answer };
    return this.repeat(() => this.ctx.runMutation(this.component.steps.commit, commit));
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

  private repeat(call: () => Promise<StepOutcome>): Promise<StepOutcome> {
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
