import type { FinishReason, ProviderMetadata } from "ai";
import type { StepOutcome } from "../../component/validators/thread.js";
import type { Answer } from "./callModel.js";
import type { Step } from "./turnSteps.js";
import type { ActionCtx } from "../types.js";
import type { Usage } from "./usage.js";

/** Which attempt at which step a callback is for. */
export interface StepPlace {
  /** The context of the action that ran the step. */
  ctx: ActionCtx;
  threadId: string;
  /** The user whose thread it is, and the one who sent what is answered; null where the app has no users. */
  owner: string | null;
  sender: string | null;
  /** The name of the agent that the thread was created with, or null. */
  agent: string | null;
  /** The turn of the thread, from 1. */
  turn: number;
  /** The model call within the turn, from 1; a call that failed keeps its number. */
  step: number;
  /** The attempt at the step, from 1. */
  attempt: number;
}

/** A step that is committed: the AI SDK's result of it, with `stepNumber` counted from 0 over the whole turn. */
export type StepFinishEvent = Step & StepPlace;

/** A turn that ended with an answer. */
export interface TurnCompleteEvent extends StepPlace {
  /** The turn's steps in the AI SDK's form. The earlier ones have what is stored, so no request and no response. */
  steps: Step[];
  /** The last step's text. */
  text: string;
  /** The tokens of all the turn's steps together, and their cost where the handler has a `price`. */
  usage: Usage;
  /** Why the last step ended. */
  finishReason: FinishReason;
  /** What the provider sent along with the last step. */
  providerMetadata?: ProviderMetadata;
  /** The answer as the `output` option parsed it, if that is set. */
  output?: unknown;
}

/** An attempt that failed. */
export interface StepErrorEvent extends StepPlace {
  /** What was thrown. */
  error: unknown;
}

/**
 * The callbacks of a stream handler. Each is called after its transition is committed, and so at most once for it. A step
 * whose handler lost its lease calls none. The thread does not wait for callbacks; one that throws is logged and changes
 * nothing.
 */
export interface StepCallbacks {
  /** Called when a step is committed. */
  onStepFinish?: (event: StepFinishEvent) => PromiseLike<void> | void;
  /** Called when the turn ended with an answer: its last step called no tools, or `stopWhen` ended it. */
  onTurnComplete?: (event: TurnCompleteEvent) => PromiseLike<void> | void;
  /** Called when an attempt failed, and the turn with it. */
  onError?: (event: StepErrorEvent) => PromiseLike<void> | void;
  /** Called when an attempt failed, and the thread will try the step again. */
  onRetry?: (event: StepErrorEvent) => PromiseLike<void> | void;
}

/** Calls the app's callbacks for a commit, by its outcome. */
export async function callAfterCommit(
  { onStepFinish, onTurnComplete }: StepCallbacks,
  place: StepPlace,
  outcome: StepOutcome,
  answer: Answer,
): Promise<void> {
  if (outcome === null) return;
  if (answer.called) await callLogged(onStepFinish, { ...answer.called, ...place });
  if (outcome === "completed") await callLogged(onTurnComplete, toTurnComplete(place, answer));
}

/** Calls the app's callbacks for a failed attempt, by its outcome. */
export async function callAfterFailure(
  { onError, onRetry }: StepCallbacks,
  place: StepPlace,
  outcome: StepOutcome,
  error: unknown,
): Promise<void> {
  if (outcome === "failed") await callLogged(onError, { ...place, error });
  if (outcome === "continues") await callLogged(onRetry, { ...place, error });
}

function toTurnComplete(place: StepPlace, { steps, usage, output }: Answer): TurnCompleteEvent {
  const last = steps.at(-1);
  return {
    ...place,
    steps,
    text: last?.text ?? "",
    usage,
    finishReason: last?.finishReason ?? "other",
    providerMetadata: last?.providerMetadata,
    output,
  };
}

async function callLogged<Event>(
  callback: ((event: Event) => PromiseLike<void> | void) | undefined,
  event: Event,
): Promise<void> {
  try {
    await callback?.(event);
  } catch (error) {
    // eslint-disable-next-line no-console -- the transition stands; only the app's log can show this.
    console.error("A callback of the stream handler failed:", error);
  }
}
