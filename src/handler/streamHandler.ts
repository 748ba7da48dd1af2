import { internalActionGeneric } from "convex/server";
import { v } from "convex/values";
import { runStep } from "./runStep.js";
import type { StreamHandlerOptions, StreamHandlerOptionsFactory } from "./streamOptions.js";
import type { ActionCtx, ComponentApi } from "../types.js";

/** Handlers of one generation are told apart by it; there is seldom more than one. */
const LEASE_LENGTH = 8;

/**
 * Makes the action that runs one step of a turn: it claims the step, calls the model, saves the answer as it
 * streams and commits it together with its tool calls. The component schedules it; nothing else calls it.
 *
 * `stopWhen` and `prepareStep` see the turn's durable steps. `maxRetries` is 0 unless told, because the thread
 * retries by itself, with backoff that survives a crash.
 *
 * `onStepFinish`, `onTurnComplete`, `onError` and `onRetry` are called after their transition is committed, once. With
 * `output`, the answer that ends a turn is parsed and stored with its message.
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
      const lease = crypto.randomUUID().slice(0, LEASE_LENGTH);
      await runStep(ctx, component, options, { threadId, generation, lease });
      return null;
    },
  });
}
