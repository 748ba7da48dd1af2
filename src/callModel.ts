import { stepCountIs, streamText, type LanguageModelUsage, type UIMessage } from "ai";
import type { Infer } from "convex/values";
import type { vUsage } from "../component/validators.js";
import type { DeltaWriter } from "./deltaWriter.js";
import { toModelMessages } from "./history.js";
import { toCommittable, type CommittableStep } from "./requestedTools.js";
import { IncompleteAnswerError, messageOf } from "./stepFailure.js";
import type { StreamHandlerOptions } from "./streamOptions.js";
import { toToolSet } from "./agentTools.js";
import { shouldStop, turnSteps } from "./turnSteps.js";
import type { ActionCtx, MessageDoc } from "./types.js";

/** What a finished step is committed with. */
export interface FinishedStep extends CommittableStep {
  finishReason?: string;
  usage?: Infer<typeof vUsage>;
}

/** Where the step stands and whom it reports to. */
interface StepRun {
  turn: number;
  /** From 1. */
  step: number;
  writer: DeltaWriter;
  /** Aborted when the handler loses its step: the request to the provider ends with it. */
  lost: AbortSignal;
}

/** Makes one model call and hands each chunk of the answer to the writer. Throws what the provider threw. */
export async function callModel(
  ctx: ActionCtx,
  settings: StreamHandlerOptions,
  history: MessageDoc[],
  { turn, step, writer, lost }: StepRun,
): Promise<FinishedStep> {
  const { saveStreamDeltas: _saved, recentMessages: _recent, transformMessages, ...options } = settings;
  const { tools = {}, stopWhen, prepareStep, abortSignal, onError, ...passedOn } = options;
  const steps = turnSteps(history, turn);
  if (await shouldStop(stopWhen, steps)) return { parts: [], toolCalls: [] };

  const toolSet = toToolSet(tools);
  const messages = await toModelMessages(history, toolSet);
  const aborted = either(lost, abortSignal);
  const failures: unknown[] = [];
  const result = streamText({
    maxRetries: 0,
    ...passedOn,
    tools: toolSet,
    messages: transformMessages ? await transformMessages(messages) : messages,
    stopWhen: stepCountIs(1),
    prepareStep: prepareStep && ((given) => prepareStep({ ...given, steps, stepNumber: step - 1 })),
    abortSignal: aborted,
    onError: async (event) => {
      failures.push(event.error);
      await onError?.(event);
    },
  });

  let message: UIMessage | undefined;
  const chunks = result.toUIMessageStream({
    sendSources: true,
    onError: messageOf,
    onFinish: ({ responseMessage }) => {
      message = responseMessage;
    },
  });
  for await (const chunk of chunks) writer.write(chunk);
  if (failures.length > 0) throw failures[0];
  if (aborted.aborted) throw aborted.reason;

  const [finishReason, rawFinishReason] = await Promise.all([result.finishReason, result.rawFinishReason]);
  if (!message || finishReason === "error" || (finishReason === "other" && rawFinishReason === undefined))
    throw new IncompleteAnswerError();
  return { ...(await toCommittable(ctx, message, tools)), finishReason, usage: tokens(await result.usage) };
}

/** Aborted when one of the two is. Written out, because not every runtime has `AbortSignal.any`. */
function either(first: AbortSignal, second: AbortSignal | undefined): AbortSignal {
  if (!second) return first;
  const both = new AbortController();
  for (const signal of [first, second]) {
    if (signal.aborted) both.abort(signal.reason);
    signal.addEventListener("abort", () => both.abort(signal.reason), { once: true });
  }
  return both.signal;
}

function tokens(usage: LanguageModelUsage): Infer<typeof vUsage> {
  const { inputTokens, outputTokens, totalTokens, inputTokenDetails, outputTokenDetails } = usage;
  return {
    inputTokens,
    outputTokens,
    totalTokens,
    reasoningTokens: outputTokenDetails.reasoningTokens,
    cachedInputTokens: inputTokenDetails.cacheReadTokens,
  };
}
