import type { UIMessage } from "ai";
import { ConvexError } from "convex/values";
import { plainMessage } from "../../component/lib/errorText.js";
import type {
  Caller,
  CommitOutcome,
  StepLease,
  StepOutcome,
  ThreadFacts,
} from "../../component/validators/thread.js";
import type { ActionCtx, ComponentApi, MessageDoc } from "../types.js";
import { shownLengths } from "../values/foldChunks.js";
import { AnswerFiles } from "./answerFiles.js";
import { CallbackQueue } from "./callbackQueue.js";
import { callModel, type Answer } from "./callModel.js";
import { checkOptions } from "./checkOptions.js";
import { DataWriter } from "./dataWriter.js";
import { DeltaWriter, type StreamingOptions } from "./deltaWriter.js";
import { HeldStep } from "./heldStep.js";
import { History } from "./history.js";
import type { Slice } from "./slice.js";
import { callAfterCommit, callAfterFailure, type StepPlace } from "./stepCallbacks.js";
import { describeStepFailure } from "./stepFailure.js";
import type { StepInfo, StreamHandlerOptions, StreamHandlerOptionsFactory } from "./streamOptions.js";
import { runTaken } from "./takenCalls.js";
import { startTitle, type Titling } from "./title.js";

type Options = StreamHandlerOptions | StreamHandlerOptionsFactory;

/** What every part of a turn's run needs. */
interface Run {
  ctx: ActionCtx;
  component: ComponentApi;
  threadId: string;
  /** What the options may depend on. */
  thread: ThreadFacts;
  slice: Slice;
  history: History;
  callbacks: CallbackQueue;
  title?: Titling;
}

/**
 * Runs a step of a turn, from its claim to its commit, and as long as the thread hands it on, the step's tool calls and the next
 * step. A handler that lost its lease returns and writes nothing more; one that cannot reach the component throws, and the
 * thread's watchdog has the step tried again.
 */
export async function runTurn(
  ctx: ActionCtx,
  component: ComponentApi,
  options: Options,
  { lease, slice }: { lease: StepLease; slice: Slice },
): Promise<void> {
  const maxMessages = typeof options === "function" ? undefined : options.recentMessages;
  const claimed = await HeldStep.claim(ctx, component, lease, maxMessages);
  if (!claimed) return;
  const { held, history: first, thread } = claimed;
  const { threadId } = lease;
  const history = new History(ctx, component, threadId, held.place.turn, first);
  const run: Run = { ctx, component, threadId, thread, slice, history, callbacks: new CallbackQueue() };
  try {
    for (let step: HeldStep | null = held; step;) step = await runStep(run, options, step);
    await run.title?.settle();
  } finally {
    run.title?.abort();
    await run.callbacks.settle();
  }
}

/** Runs one step. Returns the next one, if it is handed over. */
async function runStep(run: Run, options: Options, held: HeldStep): Promise<HeldStep | null> {
  try {
    return await answerStep(run, options, held);
  } finally {
    held.release();
  }
}

async function answerStep(run: Run, options: Options, held: HeldStep): Promise<HeldStep | null> {
  const { ctx, component, threadId } = run;
  const data = new DataWriter();
  let settings: StreamHandlerOptions;
  try {
    const step = { ...stepOf(run, held), writeData: data.write };
    const given = typeof options === "function" ? await options(ctx, threadId, step) : options;
    settings = checkOptions(given);
  } catch (error) {
    await held.fail(describeStepFailure(error, Date.now(), "options"));
    return null;
  }
  let history: MessageDoc[];
  try {
    history = await run.history.seen(settings.recentMessages);
  } catch (error) {
    if (!(error instanceof ConvexError)) throw error;
    await failStep(run, held, settings, error);
    return null;
  }
  run.title ??= startTitle(ctx, component, settings, { threadId, history });
  return callAndCommit(run, held, settings, { history, data });
}

/** Makes the model call, stores what came of it and tells the app; then runs what it is given of the step's tool calls. */
async function callAndCommit(
  run: Run,
  held: HeldStep,
  settings: StreamHandlerOptions,
  { history, data }: { history: MessageDoc[]; data: DataWriter },
): Promise<HeldStep | null> {
  const { ctx, slice } = run;
  const writer = new DeltaWriter(held, streamingOptions(settings));
  let answer: Answer;
  try {
    const { turn } = held.place;
    answer = await callModel(ctx, settings, history, {
      turn,
      writer,
      data,
      lost: held.lost,
      caller: callerOf(run),
    });
  } catch (error) {
    await writer.close();
    if (held.lost.aborted) return lose(run);
    await failStep(run, held, settings, error);
    return null;
  } finally {
    data.close();
  }
  const streamed = streamedOf(answer, held, await writer.close());
  if (held.lost.aborted) return lose(run);
  const takesCalls = slice.isOpen(settings.slice);
  const files = new AnswerFiles(ctx.storage);
  let outcome: CommitOutcome;
  try {
    answer.finished.parts = await files.store(answer.finished.parts);
    outcome = await held.commit({ ...answer.finished, ...streamed, takesCalls });
  } catch (error) {
    // Of any other error nobody can say whether the message is stored.
    if (error instanceof ConvexError) await files.delete();
    await failStep(run, held, settings, notStored(error));
    return null;
  }
  held.release();
  if (outcome === null) {
    await files.delete();
    return lose(run);
  }
  const ended = typeof outcome === "object" ? "continues" : outcome;
  const place = placeOf(run, held);
  run.callbacks.add(() => callAfterCommit(settings, place, ended, answer));
  if (typeof outcome !== "object") return null;
  return goOn(run, held, settings, { answer, ...outcome });
}

/** Runs the tool calls that the handler was given. Returns the next step, if it is handed over. */
async function goOn(
  { ctx, threadId, slice, history }: Run,
  held: HeldStep,
  { slice: sliceMs }: StreamHandlerOptions,
  { answer, taken, messageId }: { answer: Answer; taken: number[]; messageId: string },
): Promise<HeldStep | null> {
  const { toolCalls: requested, ...message } = answer.finished;
  const allowsMore = () => slice.allowsMore(sliceMs);
  const next = await runTaken(ctx, { threadId, held, requested, allowsMore }, taken);
  if (!next) return null;
  const { turn, step } = held.place;
  const committed = { id: messageId, creationTime: Date.now(), role: "assistant" as const, turn, step };
  history.append({ ...message, ...committed }, next.toolCalls);
  for (const sent of next.messages) history.append(sent);
  return held.next(next.generation);
}

/** Reports that the step failed, and tells the app. */
async function failStep(
  run: Run,
  held: HeldStep,
  settings: StreamHandlerOptions,
  error: unknown,
): Promise<void> {
  const outcome: StepOutcome = await held.fail(describeStepFailure(error, Date.now()));
  held.release();
  if (outcome === null) lose(run);
  const place = placeOf(run, held);
  run.callbacks.add(() => callAfterFailure(settings, place, outcome, error));
}

/** The step was lost: nobody waits for what the action does beside it. */
function lose({ title }: Run): null {
  title?.abort();
  return null;
}

/** For whom a step runs. Whoever sent the newest message is asked anew at each step: messages may steer a turn. */
function callerOf({ thread: { owner }, history }: Run): Caller {
  return { owner, sender: history.sender ?? owner };
}

/** What the options of a step may depend on. */
function stepOf(run: Run, { place }: HeldStep): Omit<StepInfo, "writeData"> {
  const { owner = null, sender = null } = callerOf(run);
  const { agent = null, metadata = {} } = run.thread;
  return { owner, sender, agent, metadata, ...place };
}

function placeOf(run: Run, held: HeldStep): StepPlace {
  const { ctx, threadId } = run;
  const { owner, sender, agent, turn, step, attempt } = stepOf(run, held);
  return { ctx, threadId, owner, sender, agent, turn, step, attempt };
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
