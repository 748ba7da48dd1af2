import { ConvexError } from "convex/values";
import type { StepOutcome } from "../../component/validators/thread.js";
import { callModel, type Answer } from "./callModel.js";
import { DeltaWriter, type StreamingOptions } from "./deltaWriter.js";
import { shownLengths } from "../values/foldChunks.js";
import { loadHistory } from "./history.js";
import { tellOfCommit, tellOfFailure } from "./stepCallbacks.js";
import { describeStepFailure } from "./stepFailure.js";
import { ComponentSink, type Owner } from "./streamSink.js";
import type { StreamHandlerOptions, StreamHandlerOptionsFactory } from "./streamOptions.js";
import { titleThread } from "./title.js";
import type { ActionCtx, ComponentApi } from "../types.js";

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
  const { turn, step, attempt } = claimed;
  const report = (error: unknown, source: "model" | "options") =>
    ctx.runMutation(component.steps.failed, { ...owner, ...describeStepFailure(error, Date.now(), source) });

  let settings: StreamHandlerOptions;
  try {
    settings = typeof options === "function" ? await options(ctx, owner.threadId) : options;
  } catch (error) {
    await report(error, "options");
    return;
  }
  const place = { ctx, threadId: owner.threadId, turn, step, attempt };
  const fail = async (error: unknown) => tellOfFailure(settings, place, await report(error, "model"), error);
  const history = await loadHistory(ctx, component, {
    threadId: owner.threadId,
    turn,
    first: claimed.history,
    recentMessages: settings.recentMessages,
  });

  const lost = new AbortController();
  const sink = new ComponentSink(ctx, component, owner);
  const writer = new DeltaWriter(sink, streamingOptions(settings), () => lost.abort());
  let answer: Answer;
  try {
    answer = await callModel(ctx, settings, history, { turn, writer, lost: lost.signal });
  } catch (error) {
    await writer.close();
    if (!lost.signal.aborted) await fail(error);
    return;
  }
  const lengths = shownLengths(answer.finished.parts, await writer.close());
  if (lost.signal.aborted) return;
  const { streamId } = sink;
  const hasStreamed = streamId !== undefined && lengths.some((length) => length > 0);
  const committed = { ...owner, ...answer.finished, ...(hasStreamed && { streamed: { streamId, lengths } }) };
  let outcome: StepOutcome;
  try {
    outcome = await ctx.runMutation(component.steps.commit, committed);
  } catch (error) {
    if (!(error instanceof ConvexError)) throw error;
    await fail(error);
    return;
  }
  await tellOfCommit(settings, place, outcome, answer);
  if (outcome === "completed") {
    const { threadId } = owner;
    await titleThread(ctx, component, settings, {
      threadId,
      history,
      answer: answer.steps.at(-1)?.text ?? "",
    });
  }
}

function streamingOptions({ saveStreamDeltas = false }: StreamHandlerOptions): StreamingOptions | null {
  if (saveStreamDeltas === true) return {};
  return saveStreamDeltas === false ? null : saveStreamDeltas;
}
