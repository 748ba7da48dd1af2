import type { ModelMessage, streamText } from "ai";
import { internalActionGeneric } from "convex/server";
import { v } from "convex/values";
import type { StreamingOptions } from "./deltaWriter.js";
import { runStep } from "./runStep.js";
import type { AgentTools } from "./agentTools.js";
import type { ActionCtx, ComponentApi } from "./types.js";

/** The options of `streamText`, apart from those that the thread itself provides. */
type StreamTextOptions = Omit<Parameters<typeof streamText>[0], "tools" | "messages" | "prompt">;

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
};

/** Options that depend on the thread: made anew for each step. */
export type StreamHandlerOptionsFactory = (
  ctx: ActionCtx,
  threadId: string,
) => StreamHandlerOptions | Promise<StreamHandlerOptions>;

/**
 * Makes the action that runs one step of a turn: it claims the step, calls the model, saves the answer as it
 * streams and commits it together with its tool calls. The component schedules it; nothing else calls it.
 *
 * `stopWhen` and `prepareStep` see the turn's durable steps. `maxRetries` is 0 unless told, because the thread
 * retries by itself, with backoff that survives a crash.
 *
 * @example
 * export const chatAgentHandler = streamHandlerAction(components.durableAgents, {
 *   model: "anthropic/claude-haiku-4.5",
 *   system: "You are a helpful AI assistant.",
 *   tools: { get_weather },
 *   saveStreamDeltas: true,
 * });
 */
export function streamHandlerAction(
  component: ComponentApi,
  options: StreamHandlerOptions | StreamHandlerOptionsFactory,
) {
  return internalActionGeneric({
    args: { threadId: v.string(), generation: v.number() },
    returns: v.null(),
    handler: async (ctx: ActionCtx, { threadId, generation }) => {
      const lease = crypto.randomUUID();
      await runStep(ctx, component, options, { threadId, generation, lease });
      return null;
    },
  });
}
