import type { StepLease } from "../../component/validators/thread.js";
import type { StreamSink } from "./deltaWriter.js";
import type { ActionCtx, ComponentApi } from "../types.js";

/** Writes a step's stream to the component. The stream has an id from its first write on. */
export class ComponentSink implements StreamSink {
  streamId: string | undefined;

  constructor(
    private readonly ctx: ActionCtx,
    private readonly component: ComponentApi,
    private readonly step: StepLease,
  ) {}

  async flush(batch: Parameters<StreamSink["flush"]>[0]): Promise<boolean> {
    const { streamId } = this;
    const write = { ...this.step, streamId, ...batch };
    return this.holdsLease(await this.ctx.runMutation(this.component.steps.flush, write));
  }

  async heartbeat(): Promise<boolean> {
    const { streamId } = this;
    return this.holdsLease(
      await this.ctx.runMutation(this.component.steps.heartbeat, { ...this.step, streamId }),
    );
  }

  private holdsLease(streamId: string | null): boolean {
    this.streamId = streamId ?? undefined;
    return streamId !== null;
  }
}
