import type { UIMessage } from "ai";
import { ConvexError } from "convex/values";
import { plainMessage } from "../../component/lib/errorText.js";
import type { StepLease, StepOutcome } from "../../component/validators/thread.js";
import type { ActionCtx, ComponentApi, MessageDoc } from "../types.js";
import { shownLengths } from "../values/foldChunks.js";
import { callModel, type Answer } from "./callModel.js";
import { checkOptions } from "./checkOptions.js";
import { DeltaWriter, type StreamingOptions } from "./deltaWriter.js";
import { HeldStep } from "./heldStep.js";
import { loadHistory } from "./history.js";
import { callAfterCommit, callAfterFailure, type StepPlace } from "./stepCallbacks.js";
import { describeStepFailure } from "./stepFailure.js";
import type { StreamHandlerOptions, StreamHandlerOptionsFactory } from "./streamOptions.js";
import { startTitle } from "./title.js";

type Options = StreamHandlerOptions | StreamHandlerOptionsFactory;

/** What every part of a step's run needs. */
interface Run {
  ctx: ActionCtx;
  component: ComponentApi;
  threadId: string;
  held: HeldStep;
}

/**
 * Runs one step of a turn, from its claim to its commit. A handler that lost its lease returns and writes nothing more; one
 * that cannot reach the component throws, and the thread's watchdog has the step tried again.
 */
export async function runStep(
  ctx: ActionCtx,
  component: ComponentApi,
  options: Options,
  lease: StepLease,
): Promise<void> {
  const maxMessages = typeof options === "function" ? undefined : options.recentMessages;
  const held = await HeldStep.claim(ctx, component, lease, maxMessages);
  if (!held) return;
  try {
    await answerStep({ ctx, component, threadId: lease.threadId, held }, options);
  } finally {
    held.release();
  }
}

async function answerStep(run: Run, options: Options): Promise<void> {
  const { ctx, component, threadId, held } = run;
  const { turn, history: first } = held.claimed;
  let settings: StreamHandlerOptions;
  try {
    settings = checkOptions(typeof options === "function" ? await options(ctx, threadId) : options);
  } catch (error) {
    await held.fail(describeStepFailure(error, Date.now(), "options"));
    return;
  }
  const { recentMessages } = settings;
  let history: MessageDoc[];
  try {
    history = await loadHistory(ctx, component, { threadId, turn, first, recentMessages });
  } catch (error) {
    if (!(error instanceof ConvexError)) throw error;
    await failStep(run, settings, error);
    return;
  }
  const title = startTitle(ctx, component, settings, { threadId, history });
  try {
    const outcome = await callAndCommit(run, settings, history);
    if (outcome !== null) await title.settle();
  } finally {
    title.abort();
  }
}

/** Makes the model call, stores what came of it and tells the app. Null if the step was lost meanwhile. */
async function callAndCommit(
  run: Run,
  settings: StreamHandlerOptions,
  history: MessageDoc[],
): Promise<StepOutcome> {
  const { ctx, held } = run;
  const { turn } = held.claimed;
  const writer = new DeltaWriter(held, streamingOptions(settings));
  let answer: Answer;
  try {
    answer = await callModel(ctx, settings, history, { turn, writer, lost: held.lost });
  } catch (error) {
    await writer.close();
    return held.lost.aborted ? null : failStep(run, settings, error);
  }
  const streamed = streamedOf(answer, held, await writer.close());
  if (held.lost.aborted) return null;
  let outcome: StepOutcome;
  try {
    outcome = await held.commit({ ...answer.finished, ...streamed });
  } catch (error) {
    return failStep(run, settings, notStored(error));
  }
  held.release();
  await callAfterCommit(settings, placeOf(run), outcome, answer);
  return outcome;
}

/** Reports that the step failed, and tells the app. */
async function failStep(run: Run, settings: StreamHandlerOptions, error: unknown): Promise<StepOutcome> {
  const { held } = run;
  const outcome = await held.fail(describeStepFailure(error, Date.now()));
  held.release();
  await callAfterFailure(settings, placeOf(run), outcome, error);
  return outcome;
}

function placeOf({ ctx, threadId, held }: Run): StepPlace {
  const { turn, step, attempt } = held.claimed;
  return { ctx, threadId, turn, step, attempt };
}

/** What readers who followed the stream have of the answer. */
function streamedOf({ finished }: Answer, { streamId }: HeldStep, shown: UIMessage["parts"]) {
  const lengths = shownLengths(finished.parts, shown);
  if (streamId === undefined || !lengths.some((length) => length > 0)) return {};
  return { streamed: { streamId, lengths } };
}

/** A step whose answer cannot be stored, for minutes or for good: another model call would not help. */
const notStored = (error: unknown): Error =>
  error instanceof ConvexError
    ? error
    : new ConvexError({
        code: "step_not_stored",
        message: `The answer could not be stored: ${plainMessage(error)}`,
      });

function streamingOptions({ saveStreamDeltas = false }: StreamHandlerOptions): StreamingOptions | null {
  if (saveStreamDeltas === true) return {};
  return saveStreamDeltas === false ? null : saveStreamDeltas;
}
