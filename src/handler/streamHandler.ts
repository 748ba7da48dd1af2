import { internalActionGeneric } from "convex/server";
import { v } from "convex/values";
import { checkOptions } from "./checkOptions.js";
import { runTurn } from "./runTurn.js";
import { Slice } from "./slice.js";
import type { StreamHandlerOptions, StreamHandlerOptionsFactory } from "./streamOptions.js";
import type { ActionCtx, ComponentApi } from "../types.js";

/** The length of a lease's token, which tells apart handlers of one generation; there is seldom more than one. */
const LEASE_LENGTH = 8;

/**
 * Creates the action that runs the steps of a turn: it claims a step, calls the model, saves the answer while it streams, and
 * commits it together with its tool calls. Within its slice it then runs tool calls itself and goes on with the next step.
 * Only the component calls it.
 *
 * `stopWhen` and `prepareStep` see the turn's durable steps. `maxRetries` defaults to 0, because the thread retries by itself,
 * with a backoff that survives a crash. With `output`, the answer that ends a turn is parsed and stored with its message.
 *
 * @param component - the mounted component, `components.durableAgents`.
 * @param options - the options of `streamText` or the settings of a `ToolLoopAgent`, and those of {@link StreamHandlerOptions}; or a
 * function that returns them for each step.
 * @throws model_missing, invalid_limits, invalid_options, options_failed. If a function returns the options, the turn fails instead
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
  if (typeof options !== "function") checkOptions(options);
  return internalActionGeneric({
    args: { threadId: v.string(), generation: v.number(), enqueuedAt: v.optional(v.number()) },
    returns: v.null(),
    handler: async (ctx: ActionCtx, { threadId, generation, enqueuedAt }) => {
      const slice = new Slice(enqueuedAt);
      const lease = { threadId, generation, lease: crypto.randomUUID().slice(0, LEASE_LENGTH) };
      await runTurn(ctx, component, options, { lease, slice });
      return null;
    },
  });
}
