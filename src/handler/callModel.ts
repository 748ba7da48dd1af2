import { createUIMessageStream, stepCountIs, streamText, type UIMessage } from "ai";
import { plainMessage } from "../../component/lib/errorText.js";
import { encodeValue } from "../../component/lib/storable.js";
import type { Caller } from "../../component/validators/thread.js";
import { metadataOf } from "./answerMetadata.js";
import type { DataWriter } from "./dataWriter.js";
import type { DeltaWriter } from "./deltaWriter.js";
import { toModelMessages } from "./history.js";
import { toCommittable, type CommittableStep } from "./requestedTools.js";
import { IncompleteAnswerError } from "./stepFailure.js";
import type { StreamHandlerOptions } from "./streamOptions.js";
import { toToolSet } from "../tools/agentTools.js";
import { answersOf, ofTurn, shouldStop, toStepResult, type Step } from "./turnSteps.js";
import type { ActionCtx, MessageDoc } from "../types.js";
import { EMPTY_FOLD, foldChunks } from "../values/foldChunks.js";
import { usageOf } from "./answerUsage.js";
import { sumUsage, type Usage } from "./usage.js";

/** A finished step, as it is committed. */
interface FinishedStep extends CommittableStep {
  finishReason?: string;
  usage?: Usage;
  providerMetadata?: unknown;
  output?: unknown;
  metadata?: Record<string, unknown>;
}

/** The answer of one attempt at a step. */
export interface Answer {
  finished: FinishedStep;
  /** The step in the AI SDK's form; absent if `stopWhen` ended the turn without a model call. */
  called?: Step;
  /** The turn's steps, this one last. */
  steps: Step[];
  /** What the turn's steps used, this one included. */
  usage: Usage;
  /** The answer as the `output` option parsed it, if that is set and the answer is the turn's last. */
  output?: unknown;
}

/** The step that a model call is for. */
interface StepRun {
  turn: number;
  writer: DeltaWriter;
  /** What the app writes into the answer. */
  data: DataWriter;
  /** Aborted when the handler loses its lease, so that the request to the provider ends. */
  lost: AbortSignal;
  /** For whom it runs. */
  caller: Caller;
}

/** Calls the model once, and passes each chunk of the answer to the writer. Throws what the provider threw. */
export async function callModel(
  ctx: ActionCtx,
  settings: StreamHandlerOptions,
  history: MessageDoc[],
  { turn, writer, data, lost, caller }: StepRun,
): Promise<Answer> {
  const { saveStreamDeltas: _saved, recentMessages: _recent, generateTitle: _title, ...own } = settings;
  const {
    transformMessages,
    convertDataPart,
    slice: _slice,
    messageMetadata = false,
    price,
    ...options
  } = own;
  const { tools = {}, stopWhen, prepareStep, abortSignal, ...rest } = options;
  const { onStepFinish: _step, onTurnComplete: _turn, onError: _error, onRetry: _retry, ...passedOn } = rest;
  const before = answersOf(history, turn);
  const steps = before.map(toStepResult);
  const usages = before.map(({ usage = {} }) => usage);
  if (await shouldStop(stopWhen, steps, history)) {
    const { parts } = foldChunks(EMPTY_FOLD, data.close());
    return { finished: { parts, toolCalls: [] }, steps, usage: sumUsage(usages) };
  }

  const toolSet = toToolSet(tools);
  const messages = await toModelMessages(history, toolSet, convertDataPart);
  const aborted = either(lost, abortSignal);
  const failures: unknown[] = [];
  const begunAt = Date.now();
  const result = streamText({
    maxRetries: 0,
    // The history has none; those of `transformMessages` are the app's own.
    allowSystemInMessages: true,
    ...passedOn,
    tools: toolSet,
    messages: transformMessages ? await transformMessages(messages) : messages,
    stopWhen: stepCountIs(1),
    prepareStep: prepareStep && ((given) => prepareStep({ ...given, steps, stepNumber: steps.length })),
    abortSignal: aborted,
    onError: ({ error }) => void failures.push(error),
  });

  let message: UIMessage | undefined;
  const chunks = createUIMessageStream({
    execute: ({ writer: answer }) => {
      data.open((chunk) => answer.write(chunk));
      answer.merge(result.toUIMessageStream({ sendSources: true, onError: plainMessage }));
    },
    onError: plainMessage,
    onFinish: ({ responseMessage }) => {
      message = responseMessage;
    },
  });
  const reader = chunks.getReader();
  for (let next; !(next = await reader.read()).done;) writer.write(next.value);
  if (failures.length > 0) throw failures[0];
  if (aborted.aborted) throw aborted.reason;

  const answered = (await result.steps).at(-1);
  if (!message || !answered || isIncomplete(answered)) throw new IncompleteAnswerError();
  const called = ofTurn(answered, steps.length);
  const committable = await toCommittable(ctx, message, { tools, caller });
  const isParsed = options.output && committable.toolCalls.length === 0;
  const output: unknown = isParsed ? await result.output : undefined;
  const usage = usageOf(called, price);
  const said = metadataOf(messageMetadata, called, usage, Date.now() - begunAt);
  const metadata = said && (encodeValue(said) as Record<string, unknown>);
  const finished = { ...committable, ...toStored(called, output), usage, metadata };
  return { finished, called, steps: [...steps, called], usage: sumUsage([...usages, usage]), output };
}

/** The fields of a step that are stored along with its message. */
function toStored({ finishReason, providerMetadata }: Step, output: unknown) {
  return {
    finishReason,
    providerMetadata: providerMetadata && encodeValue(providerMetadata),
    output: output === undefined ? undefined : encodeValue(output),
  };
}

/** Whether the provider's stream ended with an error, or without an end. */
const isIncomplete = ({ finishReason, rawFinishReason }: Step) =>
  finishReason === "error" || (finishReason === "other" && rawFinishReason === undefined);

/** Returns a signal that is aborted when one of the two is. Not every runtime has `AbortSignal.any`. */
function either(first: AbortSignal, second: AbortSignal | undefined): AbortSignal {
  if (!second) return first;
  const both = new AbortController();
  for (const signal of [first, second]) {
    if (signal.aborted) both.abort(signal.reason);
    signal.addEventListener("abort", () => both.abort(signal.reason), { once: true });
  }
  return both.signal;
}
