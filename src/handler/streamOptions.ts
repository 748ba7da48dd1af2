import type {
  InferGenerateOutput,
  ModelMessage,
  OutputInterface,
  streamText,
  ToolLoopAgentSettings,
} from "ai";
import type { AgentTools } from "../tools/agentTools.js";
import type { StreamingOptions } from "./deltaWriter.js";
import type { MessageMetadata } from "./answerMetadata.js";
import type { Price } from "./answerUsage.js";
import type { StepCallbacks, StepPlace } from "./stepCallbacks.js";
import type { TitleOptions } from "./title.js";
import type { ConvertDataPart } from "./history.js";
import type { ActionCtx, DataPart } from "../types.js";

/** The options of `streamText` that the thread provides, or replaces with its own. */
type Provided = "tools" | "messages" | "prompt" | keyof StepCallbacks;

/** Options of AI SDK 6 or 7 that a thread does not take, and what to use instead. */
export const REPLACED_OPTIONS = {
  experimental_output: "`output`",
  experimental_steering: '`sendMessage` with `whileRunning: "steer"`',
  onStepEnd: "`onStepFinish`, which is called when the step is committed",
  onStepError: "`onRetry` and `onError`",
  streamRetries: "`limits.maxAttempts` of the agent",
  toolApproval: "`needsApproval` of the tool",
} as const;

type OfStreamText = Parameters<typeof streamText>[0];

type NameOfStartCallback = `${"on" | "experimental_on"}${"Start" | "StepStart"}`;

/** The callbacks whose event, in AI SDK 7, has another type in the settings of a `ToolLoopAgent`: either is taken. */
type StartCallbacks = {
  [Name in Extract<keyof OfStreamText, NameOfStartCallback>]?: OfStreamText[Name] extends
    ((event: infer Event) => infer Result) | undefined
    ? { take(event: Event): Result }["take"]
    : never;
};

/**
 * The options of `streamText`. Its callbacks `onChunk`, `onFinish` and `onAbort`, and those that AI SDK 7 adds, are called while
 * an attempt runs, before it is known whether it will be committed.
 */
type StreamTextOptions = Omit<OfStreamText, Provided | keyof StartCallbacks | keyof typeof REPLACED_OPTIONS> &
  StartCallbacks &
  StepCallbacks;

/**
 * The options of a stream handler: those of the AI SDK's `streamText`, and the following. The settings of its `ToolLoopAgent` are
 * taken as well, apart from `prepareCall` and `callOptionsSchema`.
 */
export type StreamHandlerOptions = StreamTextOptions & {
  /** The name that `ToolLoopAgent` has for `system`. Set one of the two. */
  instructions?: ToolLoopAgentSettings["instructions"];
  /** The id of a `ToolLoopAgent`. It is not used. */
  id?: string;
  /** The tools of `createActionTool` and `createAsyncTool`, and tools that the provider runs itself. Default: none. */
  tools?: AgentTools;
  /** Save the answer while it streams, so that clients see it grow. Default: false. */
  saveStreamDeltas?: boolean | StreamingOptions;
  /** Changes the messages that the model is sent. Stored messages stay as they are. */
  transformMessages?: (messages: ModelMessage[]) => ModelMessage[] | Promise<ModelMessage[]>;
  /**
   * What the model is sent of a data part, in the AI SDK's form: of users' messages, and of those that the handler has written. Default:
   * nothing.
   */
  convertDataPart?: ConvertDataPart;
  /**
   * How many of the newest messages the model is sent at most, though always the whole running turn. Each model call of a turn
   * is one message. Default: all. In any case the model is sent 12 MiB at most; a running turn that is larger fails with the code
   * `history_too_large`.
   */
  recentMessages?: number;
  /**
   * How long an action of the handler takes on more of a turn, in milliseconds, at most five minutes: tool calls of its step, up to
   * four at a time, and then the next step. What comes later, and each step and each tool with 0, is an action of its own. An
   * action occupies one of the deployment's slots meanwhile. Default: 15,000.
   */
  slice?: number;
  /**
   * What a model call costs, in a unit of your choice: a function of its tokens and the model. It is stored with the answer's usage,
   * summed up by `getUsage`, and counted against `limits.maxTurnCost` and `limits.maxThreadCost`. Default: costs are not counted.
   */
  price?: Price;
  /**
   * What is stored as the `metadata` of each answer: true for its model, provider, duration and cost, or a function of them and the
   * usage. Default: false.
   */
  messageMetadata?: MessageMetadata;
  /**
   * Generate a title for a thread that has none, from its first question, with one more model call along with the answer's.
   * Default: false.
   */
  generateTitle?: boolean | TitleOptions;
};

/** The step that options are made for, and its users. */
export interface StepInfo extends Omit<StepPlace, "ctx" | "threadId"> {
  /** The thread's metadata; `{}` where it has none. */
  metadata: Record<string, unknown>;
  /**
   * Writes a data part into the step's answer: readers have it as soon as text, and it is stored with the answer. What an attempt has
   * written that is tried again is taken back. After the answer has ended it does nothing.
   *
   * @throws invalid_data_part
   * @example
   * step.writeData({ type: "data-sources", id: "sources", data: { titles } });
   */
  writeData: (part: DataPart) => void;
}

/** Returns the options of a stream handler for a thread. It is called for each step. */
export type StreamHandlerOptionsFactory = (
  ctx: ActionCtx,
  threadId: string,
  step: StepInfo,
) => StreamHandlerOptions | Promise<StreamHandlerOptions>;

/**
 * The type of a message's `output`: what the `output` option of a stream handler parses its answers into.
 *
 * It is derived from the output format and not from the handler. A handler's type must not depend on its options, because
 * those name `internal` functions, and the type of `internal` depends on the handler's.
 *
 * @example
 * const report = Output.object({ schema: z.object({ city: z.string() }) });
 * const { city } = message.output as OutputOf<typeof report>;
 */
export type OutputOf<Format extends OutputInterface> = InferGenerateOutput<Format>;
