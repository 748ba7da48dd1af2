import type { InferGenerateOutput, ModelMessage, OutputInterface, streamText } from "ai";
import type { AgentTools } from "../tools/agentTools.js";
import type { StreamingOptions } from "./deltaWriter.js";
import type { StepCallbacks } from "./stepCallbacks.js";
import type { TitleOptions } from "./title.js";
import type { ActionCtx } from "../types.js";

/** What the thread itself provides: the transcript, and callbacks that stand for what is committed. */
type Provided = "tools" | "messages" | "prompt" | keyof StepCallbacks;

/**
 * The options of `streamText`. Its own callbacks `onChunk`, `onFinish` and `onAbort` are called while an attempt is
 * under way, before anybody knows whether it will be committed.
 */
type StreamTextOptions = Omit<Parameters<typeof streamText>[0], Provided> & StepCallbacks;

export type StreamHandlerOptions = StreamTextOptions & {
  /** Tools made by `createActionTool` and `createAsyncTool`, and tools that the provider runs itself. */
  tools?: AgentTools;
  /** Save the answer while it streams, so that clients see it grow. Off unless told. */
  saveStreamDeltas?: boolean | StreamingOptions;
  /** Changes what the model is sent; what is stored stays as it is. */
  transformMessages?: (messages: ModelMessage[]) => ModelMessage[] | Promise<ModelMessage[]>;
  /**
   * Send the model this many of the newest messages at most, though always the whole running turn; all of them
   * unless told. Each model call of a turn is one message.
   */
  recentMessages?: number;
  /** Give a thread that has no title one when a turn is completed, with one more model call. Off unless told. */
  generateTitle?: boolean | TitleOptions;
};

/** Options that depend on the thread: made anew for each step. */
export type StreamHandlerOptionsFactory = (
  ctx: ActionCtx,
  threadId: string,
) => StreamHandlerOptions | Promise<StreamHandlerOptions>;

/**
 * What the `output` option of a stream handler parses its answers into: the type of a message's `output`.
 *
 * It is taken of the output format and not of the handler. A handler's type may not depend on its options: those name
 * `internal` functions, and the type of `internal` is made of the handler's.
 *
 * @example
 * const report = Output.object({ schema: z.object({ city: z.string() }) });
 * const { city } = message.output as OutputOf<typeof report>;
 */
export type OutputOf<Format extends OutputInterface> = InferGenerateOutput<Format>;
