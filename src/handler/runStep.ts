import { ConvexError } from "convex/values";
import type { StepLease, StepOutcome } from "../../component/validators/thread.js";
import { callModel, type Answer } from "./callModel.js";
import { DeltaWriter, type StreamingOptions } from "./deltaWriter.js";
import { shownLengths } from "../values/foldChunks.js";
import { loadHistory } from "./history.js";
import { callAfterCommit, callAfterFailure } from "./stepCallbacks.js";
import { describeStepFailure } from "./stepFailure.js";
import { ComponentSink } from "./streamSink.js";
import type { StreamHandlerOptions, StreamHandlerOptionsFactory } from "./streamOptions.js";
import { titleThread } from "./title.js";
import type { ActionCtx, ComponentApi } from "../types.js";

/**
 * Runs one step of a turn, from its claim to its commit. A handler that lost its lease returns and writes nothing more; one
 * that cannot reach the component throws, and the thread's watchdog has the step tried again.
 */
export async function runStep(
  ctx: ActionCtx,
  component: ComponentApi,
  options: StreamHandlerOptions | StreamHandlerOptionsFactory,
  lease: StepLease,
): Promise<void> {
  const { threadId } = lease;
  const maxMessages = typeof options === "function" ? undefined : options.recentMessages;
  const claimed = await ctx.runMutation(component.steps.claim, { ...lease, maxMessages });
  if (!claimed) return;
  const { turn, step, attempt } = claimed;
  const reportFailure = (error: unknown, source: "model" | "options") =>
    ctx.runMutation(component.steps.failed, { ...lease, ...describeStepFailure(error, Date.now(), source) });

  let settings: StreamHandlerOptions;
  try {
    settings = typeof options === "function" ? await options(ctx, threadId) : options;
  } catch (error) {
    await reportFailure(error, "options");
    return;
  }
  const place = { ctx, threadId, turn, step, attempt };
  const handleFailure = async (error: unknown) =>
    callAfterFailure(settings, place, await reportFailure(error, "model"), error);
  const history = await loadHistory(ctx, component, {
    threadId,
    turn,
    first: claimed.history,
    recentMessages: settings.recentMessages,
  });

  const lost = new AbortController();
  const sink = new ComponentSink(ctx, component, lease);
  const writer = new DeltaWriter(sink, streamingOptions(settings), () => lost.abort());
  let answer: Answer;
  try {
    answer = await callModel(ctx, settings, history, { turn, writer, lost: lost.signal });
  } catch (error) {
    await writer.close();
    if (!lost.signal.aborted) await handleFailure(error);
    return;
  }
  const lengths = shownLengths(answer.finished.parts, await writer.close());
  if (lost.signal.aborted) return;
  const { streamId } = sink;
  const hasStreamed = streamId !== undefined && lengths.some((length) => length > 0);
  const committed = { ...lease, ...answer.finished, ...(hasStreamed && { streamed: { streamId, lengths } }) };
  let outcome: StepOutcome;
  try {
    outcome = await ctx.runMutation(component.steps.commit, committed);
  } catch (error) {
    if (!(error instanceof ConvexError)) throw error;
    await handleFailure(error);
    return;
  }
  await callAfterCommit(settings, place, outcome, answer);
  if (outcome === "completed") {
    const text = answer.steps.at(-1)?.text ?? "";
    await titleThread(ctx, component, settings, { threadId, history, answer: text });
  }
}

function streamingOptions({ saveStreamDeltas = false }: StreamHandlerOptions): StreamingOptions | null {
  if (saveStreamDeltas === true) return {};
  return saveStreamDeltas === false ? null : saveStreamDeltas;
}
