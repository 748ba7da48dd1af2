import {
  internalMutationGeneric,
  internalQueryGeneric,
  mutationGeneric,
  queryGeneric,
  type FunctionVisibility,
} from "convex/server";
import type { AgentApiOptions, ComponentApi, StreamHandler } from "../types.js";
import { createApiContext, type ApiContext } from "./apiContext.js";
import { creationForCaller, creationForOwner } from "./createFunctions.js";
import { editFunctions } from "./editFunctions.js";
import { insightFunctions } from "./insightFunctions.js";
import { listsForCaller, listsForOwner } from "./listFunctions.js";
import { messageFunctions } from "./messageFunctions.js";
import { createReaderContext, type ReaderContext } from "./readerContext.js";
import { threadFunctions } from "./threadFunctions.js";
import { toolCallFunctions } from "./toolCallFunctions.js";
import { turnFunctions } from "./turnFunctions.js";

/**
 * Defines an agent's functions, which clients can call. Export what it returns from a file in `convex/`.
 *
 * A function among the arguments that does not exist is an error of the first call that can start a turn:
 * `stream_handler_not_found`, `workpool_bridge_not_found` or `status_mutation_not_found`.
 *
 * @param component - the mounted component, `components.durableAgents`.
 * @param streamHandler - the action of `streamHandlerAction`, such as `internal.chat.chatAgentHandler`.
 * @throws invalid_stream_handler, invalid_agent_name, invalid_limits, invalid_transition_log
 * @example
 * export const { createThread, sendMessage, getThread, listMessages, stopThread } = defineAgentApi(
 *   components.durableAgents,
 *   internal.chat.chatAgentHandler,
 *   { owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null },
 * );
 */
export function defineAgentApi(
  component: ComponentApi,
  streamHandler: StreamHandler,
  options: AgentApiOptions = {},
) {
  const builders = { query: queryGeneric, mutation: mutationGeneric };
  const api = createApiContext(component, streamHandler, options, builders);
  const reader = createReaderContext(api, options);
  return { ...creationForCaller(api), ...listsForCaller(reader), ...agentFunctions(api, reader) };
}

/**
 * Defines the same functions as {@link defineAgentApi} for other Convex functions only: for background agents, and for apps
 * that wrap them in functions of their own. `createThread`, `listThreads` and `paginateThreads` take an `owner` in place of
 * the caller; without the `owner` option the other functions check no owner.
 *
 * @param component - the mounted component, `components.durableAgents`.
 * @param streamHandler - the action of `streamHandlerAction`, such as `internal.chat.chatAgentHandler`.
 * @throws invalid_stream_handler, invalid_agent_name, invalid_limits, invalid_transition_log
 * @example
 * export const { createThread, sendMessage } = defineInternalAgentApi(
 *   components.durableAgents,
 *   internal.reports.reportAgentHandler,
 * );
 */
export function defineInternalAgentApi(
  component: ComponentApi,
  streamHandler: StreamHandler,
  options: AgentApiOptions = {},
) {
  const builders = { query: internalQueryGeneric, mutation: internalMutationGeneric };
  const api = createApiContext(component, streamHandler, options, builders);
  const reader = createReaderContext(api, options);
  return { ...creationForOwner(api), ...listsForOwner(reader), ...agentFunctions(api, reader) };
}

/** The functions that take a thread or a tool call. */
const agentFunctions = <V extends FunctionVisibility>(api: ApiContext<V>, reader: ReaderContext<V>) => ({
  ...turnFunctions(api),
  ...editFunctions(api),
  ...threadFunctions(api),
  ...messageFunctions(reader),
  ...toolCallFunctions(api),
  ...insightFunctions(reader),
});
