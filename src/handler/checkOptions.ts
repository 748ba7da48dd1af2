import { LONGEST_WAIT_MS } from "../../component/lib/limits.js";
import { agentError, isPositiveInteger } from "../errors.js";
import { LONGEST_SLICE_MS } from "./slice.js";
import { REPLACED_OPTIONS, type StreamHandlerOptions } from "./streamOptions.js";

/**
 * Checks the options of a stream handler as far as the compiler cannot: they may come from a factory or an environment.
 *
 * @returns the options, with the instructions of a `ToolLoopAgent` as `system`.
 * @throws model_missing, invalid_limits, invalid_options, options_failed
 */
export function checkOptions(options: StreamHandlerOptions): StreamHandlerOptions {
  if (typeof options !== "object" || options === null)
    throw agentError("options_failed", `The stream handler's options are ${String(options)}, not an object.`);
  const given: Record<string, unknown> = { ...options };
  for (const [name, replacement] of Object.entries(REPLACED_OPTIONS))
    if (given[name] !== undefined)
      throw agentError("options_failed", `A stream handler does not take ${name}: use ${replacement}.`);
  const { model, recentMessages, saveStreamDeltas, slice = 0 } = options;
  if (!model)
    throw agentError(
      "model_missing",
      "The stream handler's options have no model: set `model` to one of the AI SDK's models.",
    );
  if (recentMessages !== undefined && !isPositiveInteger(recentMessages))
    throw agentError(
      "invalid_limits",
      `recentMessages must be a positive whole number, not ${recentMessages}.`,
    );
  const { throttleMs = 0 } = typeof saveStreamDeltas === "object" ? saveStreamDeltas : {};
  if (!(throttleMs >= 0 && throttleMs <= LONGEST_WAIT_MS))
    throw agentError(
      "invalid_limits",
      `saveStreamDeltas.throttleMs must be 0 to ${LONGEST_WAIT_MS} milliseconds, not ${throttleMs}.`,
    );
  if (!(slice >= 0 && slice <= LONGEST_SLICE_MS))
    throw agentError("invalid_limits", `slice must be 0 to ${LONGEST_SLICE_MS} milliseconds, not ${slice}.`);
  return withSystem(options);
}

/** What only the AI SDK's own agent can do: it prepares each call by options that come with the call. */
const PER_CALL = ["prepareCall", "callOptionsSchema"];

function withSystem(options: StreamHandlerOptions): StreamHandlerOptions {
  const { instructions, ...rest } = options;
  for (const [name, value] of Object.entries(rest))
    if (PER_CALL.includes(name) && value !== undefined)
      throw agentError(
        "invalid_options",
        `${name} cannot be used in a stream handler: nothing comes with a call. Pass a function that makes the options for a thread.`,
      );
  if (instructions === undefined) return options;
  if (rest.system !== undefined)
    throw agentError("invalid_options", "Set `instructions` or `system`, not both: they mean the same.");
  return { ...rest, system: instructions };
}
