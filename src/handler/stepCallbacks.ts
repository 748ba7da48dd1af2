import type { FinishReason, ProviderMetadata } from "ai";
import type { StepOutcome } from "../../component/validators/thread.js";
import type { Answer } from "./callModel.js";
import type { Step } from "./turnSteps.js";
import type { ActionCtx } from "../types.js";
import { sumUsage, toStoredUsage, type Usage } from "./usage.js";

/** Which attempt at which step a callback is about. */
export interface StepPlace {
  /** The context of the action that ran the step. */
  ctx: ActionCtx;
  threadId: string;
  turn: number;
  /** The model call within the turn, from 1. */
  step: number;
  /** The attempt at the step, from 1. */
  attempt: number;
}

/** A committed step: the AI SDK's result of it, with `stepNumber` counted from 0 over the whole turn. */
export type StepFinishEvent = Step & StepPlace;

/** A turn that ended with an answer. */
export interface TurnCompleteEvent extends StepPlace {
  /** The turn's steps in the AI SDK's form. Of the earlier ones it has what is stored, so no request and no response. */
  steps: Step[];
  /** The last step's text. */
  text: string;
  /** The tokens of all the turn's steps together. */
  usage: Usage;
  /** Why the last step ended. */
  finishReason: FinishReason;
  /** What the provider told beside the last step. */
  providerMetadata?: ProviderMetadata;
  /** The answer as the `output` option parsed it, where it is given. */
  output?: unknown;
}

/** An attempt that failed, with what was thrown. */
export interface StepErrorEvent extends StepPlace {
  error: unknown;
}

/**
 * What an app is told of, after the transition is committed, and so once for each; a step that was lost tells
 * nothing. The thread does not wait for them, and one that throws is logged and changes nothing.
 */
export interface StepCallbacks {
  /** A step is committed. */
  onStepFinish?: (event: StepFinishEvent) => PromiseLike<void> | void;
  /** The turn ended with an answer: the last step called no tools, or `stopWhen` said so. */
  onTurnComplete?: (event: TurnCompleteEvent) => PromiseLike<void> | void;
  /** An attempt failed, and the turn with it. */
  onError?: (event: StepErrorEvent) => PromiseLike<void> | void;
  /** An attempt failed, and the thread will try the step again. */
  onRetry?: (event: StepErrorEvent) => PromiseLike<void> | void;
}

/** Tells the app what its commit came to. */
export async function tellOfCommit(
  { onStepFinish, onTurnComplete }: StepCallbacks,
  place: StepPlace,
  outcome: StepOutcome,
  answer: Answer,
): Promise<void> {
  if (outcome === null) return;
  if (answer.called) await call(onStepFinish, { ...answer.called, ...place });
  if (outcome === "completed") await call(onTurnComplete, toTurnComplete(place, answer));
}

/** Tells the app what became of a failed attempt. */
export async function tellOfFailure(
  { onError, onRetry }: StepCallbacks,
  place: StepPlace,
  outcome: StepOutcome,
  error: unknown,
): Promise<void> {
  if (outcome === "failed") await call(onError, { ...place, error });
  if (outcome === "continues") await call(onRetry, { ...place, error });
}

function toTurnComplete(place: StepPlace, { steps, output }: Answer): TurnCompleteEvent {
  const last = steps.at(-1);
  return {
    ...place,
    steps,
    text: last?.text ?? "",
    usage: sumUsage(steps.map(({ usage }) => toStoredUsage(usage))),
    finishReason: last?.finishReason ?? "other",
    providerMetadata: last?.providerMetadata,
    output,
  };
}

async function call<Event>(
  callback: ((event: Event) => PromiseLike<void> | void) | undefined,
  event: Event,
): Promise<void> {
  try {
    await callback?.(event);
  } catch (error) {
    // eslint-disable-next-line no-console -- the transition stands; only the app's log can tell of this.
    console.error("A callback of the stream handler failed:", error);
  }
}
