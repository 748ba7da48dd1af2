import type { StreamSink } from "./deltaWriter.js";
import type { ActionCtx, ComponentApi } from "../types.js";

/** Proof of ownership of a step, sent with every write. */
export interface Owner {
  threadId: string;
  generation: number;
  lease: string;
}

/** Writes to the component. The step's stream has a name from its first write on. */
export class ComponentSink implements StreamSink {
  streamId: string | undefined;

  constructor(
    private readonly ctx: ActionCtx,
    private readonly component: ComponentApi,
    private readonly owner: Owner,
  ) {}

  async flush(batch: Parameters<StreamSink["flush"]>[0]): Promise<boolean> {
    const { streamId } = this;
    const write = { ...this.owner, streamId, ...batch };
    return this.isOwned(await this.ctx.runMutation(this.component.steps.flush, write));
  }

  async heartbeat(): Promise<boolean> {
    const { streamId } = this;
    return this.isOwned(
      await this.ctx.runMutation(this.component.steps.heartbeat, { ...this.owner, streamId }),
    );
  }

  private isOwned(streamId: string | null): boolean {
    this.streamId = streamId ?? undefined;
    return streamId !== null;
  }
}
