import { ConvexError } from "convex/values";
import { callModel, type FinishedStep } from "./callModel.js";
import { DeltaWriter, type StreamingOptions } from "./deltaWriter.js";
import { loadHistory } from "./history.js";
import { describeStepFailure } from "./stepFailure.js";
import type { StreamHandlerOptions, StreamHandlerOptionsFactory } from "./streamOptions.js";
import type { ActionCtx, ComponentApi } from "./types.js";

/** Proof of ownership of a step, sent with every write. */
interface Owner {
  threadId: string;
  generation: number;
  lease: string;
}

/**
 * Runs one step of a turn, from its claim to its commit. A handler that lost its step leaves without a trace; one
 * that cannot reach the component dies, and the thread's watchdog has the step tried again.
 */
export async function runStep(
  ctx: ActionCtx,
  component: ComponentApi,
  options: StreamHandlerOptions | StreamHandlerOptionsFactory,
  owner: Owner,
): Promise<void> {
  const maxMessages = typeof options === "function" ? undefined : options.recentMessages;
  const claimed = await ctx.runMutation(component.steps.claim, { ...owner, maxMessages });
  if (!claimed) return;
  const { turn, step, streamId } = claimed;
  const fail = (error: unknown) =>
    ctx.runMutation(component.steps.failed, { ...owner, ...describeStepFailure(error, Date.now()) });

  let settings: StreamHandlerOptions;
  try {
    settings = typeof options === "function" ? await options(ctx, owner.threadId) : options;
  } catch (error) {
    await fail(error);
    return;
  }
  const history = await loadHistory(ctx, component, {
    threadId: owner.threadId,
    turn,
    first: claimed.history,
    recentMessages: settings.recentMessages,
  });

  const lost = new AbortController();
  const sink = {
    flush: (batch: { seq: number; chunks: unknown[]; again: boolean }) =>
      ctx.runMutation(component.steps.flush, { ...owner, streamId, ...batch }),
    heartbeat: () => ctx.runMutation(component.steps.heartbeat, owner),
  };
  const writer = new DeltaWriter(sink, streamingOptions(settings), () => lost.abort());
  let finished: FinishedStep;
  try {
    finished = await callModel(ctx, settings, history, { turn, step, writer, lost: lost.signal });
  } catch (error) {
    await writer.close();
    if (!lost.signal.aborted) await fail(error);
    return;
  }
  await writer.close();
  if (lost.signal.aborted) return;
  try {
    await ctx.runMutation(component.steps.commit, { ...owner, ...finished });
  } catch (error) {
    if (!(error instanceof ConvexError)) throw error;
    await fail(error);
  }
}

function streamingOptions({ saveStreamDeltas = false }: StreamHandlerOptions): StreamingOptions | null {
  if (saveStreamDeltas === true) return {};
  return saveStreamDeltas === false ? null : saveStreamDeltas;
}
