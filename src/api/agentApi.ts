import {
  internalMutationGeneric,
  internalQueryGeneric,
  mutationGeneric,
  queryGeneric,
  type FunctionVisibility,
  type GenericDataModel,
  type MutationBuilder,
  type QueryBuilder,
} from "convex/server";
import { DEFAULT_TURN_LIMITS, type TurnLimits } from "../../machines/thread/budgets.js";
import type { ApiContext } from "./apiContext.js";
import { editFunctions } from "./editFunctions.js";
import { insightFunctions } from "./insightFunctions.js";
import { messageFunctions } from "./messageFunctions.js";
import { givenOwnerFunctions, ownFunctions } from "./ownFunctions.js";
import { threadFunctions } from "./threadFunctions.js";
import { toolCallFunctions } from "./toolCallFunctions.js";
import { turnFunctions } from "./turnFunctions.js";
import { definitionError, isPositiveInteger } from "../errors.js";
import { handleOf, isFunctionReference } from "../tools/functionReference.js";
import { transitionsToKeep } from "./transitionLog.js";
import type {
  AgentApiOptions,
  ComponentApi,
  EnqueueAction,
  MutationCtx,
  QueryCtx,
  StreamHandler,
} from "../types.js";

/**
 * Defines the agent's functions, callable from clients. Export what it returns from a file in `convex/`.
 *
 * A function that is given here and does not exist is named by the first call that can start a turn, with the code
 * `stream_handler_not_found`, `workpool_bridge_not_found` or `status_mutation_not_found`.
 *
 * @param component - the mounted component, `components.durableAgents`.
 * @param streamHandler - the action made by `streamHandlerAction`, such as `internal.chat.chatAgentHandler`.
 * @throws invalid_stream_handler, invalid_limits, invalid_transition_log
 * @example
 * export const { createThread, sendMessage, getThread, listMessages, stopThread } = defineAgentApi(
 *   components.durableAgents,
 *   internal.chat.chatAgentHandler,
 *   { authorizationCallback: async (ctx, threadId) => { await assertOwner(ctx, threadId); } },
 * );
 */
export function defineAgentApi(
  component: ComponentApi,
  streamHandler: StreamHandler,
  options: AgentApiOptions = {},
) {
  const api = apiContext(component, streamHandler, options, queryGeneric, mutationGeneric);
  return { ...ownFunctions(api), ...threadsFunctions(api) };
}

/**
 * The same functions as {@link defineAgentApi}, callable from other Convex functions only: for background
 * agents, and for apps that wrap them in functions of their own. `createThread`, `listThreads` and `paginateThreads` may
 * say whose threads they mean; without an `owner` option the others ask nobody who calls.
 *
 * @throws invalid_stream_handler, invalid_limits, invalid_transition_log
 */
export function defineInternalAgentApi(
  component: ComponentApi,
  streamHandler: StreamHandler,
  options: AgentApiOptions = {},
) {
  const api = apiContext(component, streamHandler, options, internalQueryGeneric, internalMutationGeneric);
  return { ...givenOwnerFunctions(api), ...threadsFunctions(api) };
}

/** The functions that take a thread or a tool call. */
const threadsFunctions = <V extends FunctionVisibility>(api: ApiContext<V>) => ({
  ...turnFunctions(api),
  ...editFunctions(api),
  ...threadFunctions(api),
  ...messageFunctions(api),
  ...toolCallFunctions(api),
  ...insightFunctions(api),
});

function apiContext<V extends FunctionVisibility>(
  component: ComponentApi,
  streamHandler: StreamHandler,
  options: AgentApiOptions,
  query: QueryBuilder<GenericDataModel, V>,
  mutation: MutationBuilder<GenericDataModel, V>,
): ApiContext<V> {
  if (!isFunctionReference(streamHandler))
    throw definitionError(
      "invalid_stream_handler",
      "The stream handler must be a reference such as internal.chat.chatAgentHandler.",
    );
  const limits = checkLimits(options.limits);
  const ownerOf = async (ctx: QueryCtx | MutationCtx) =>
    options.owner && ((await options.owner(ctx)) || null);
  const authorize = async (ctx: QueryCtx | MutationCtx, threadId: string) => {
    await options.authorizationCallback?.(ctx, threadId);
    return { threadId, owner: await ownerOf(ctx) };
  };
  const { workpoolEnqueueAction, toolExecutionWorkpoolEnqueueAction, onStatusChange } = options;
  const keepTransitions = transitionsToKeep(options.transitionLog);
  const bridgeOf = async (reference: EnqueueAction | undefined) =>
    reference && (await handleOf(reference, "workpool_bridge_not_found", "workpool bridge"));
  const turnStart = async () => ({
    agent: {
      streamHandle: await handleOf(streamHandler, "stream_handler_not_found", "stream handler"),
      pools: {
        stream: await bridgeOf(workpoolEnqueueAction),
        tools: await bridgeOf(toolExecutionWorkpoolEnqueueAction ?? workpoolEnqueueAction),
      },
      statusHandle:
        onStatusChange &&
        (await handleOf(onStatusChange, "status_mutation_not_found", "onStatusChange mutation")),
      keepTransitions,
    },
    limits,
  });

  return { component, query, mutation, ownerOf, authorize, turnStart };
}

function checkLimits(limits: Partial<TurnLimits> | undefined): TurnLimits {
  const checked = { ...DEFAULT_TURN_LIMITS, ...limits };
  for (const [name, value] of Object.entries(checked))
    if (value !== null && !isPositiveInteger(value))
      throw definitionError(
        "invalid_limits",
        `limits.${name} must be a positive whole number, not ${value}.`,
      );
  return checked;
}
