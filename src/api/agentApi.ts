import {
  createFunctionHandle,
  internalMutationGeneric,
  internalQueryGeneric,
  mutationGeneric,
  queryGeneric,
  type FunctionReference,
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
import { isFunctionReference } from "../tools/functionReference.js";
import { transitionsToKeep } from "./transitionLog.js";
import type { AgentApiOptions, ComponentApi, MutationCtx, QueryCtx, StreamHandler } from "../types.js";

/**
 * Defines the agent's functions, callable from clients. Export what it returns from a file in `convex/`.
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
  const handleOf = async (reference: FunctionReference<"mutation", "internal"> | undefined) =>
    reference && (await createFunctionHandle(reference));
  const turnStart = async () => ({
    agent: {
      streamHandle: await createFunctionHandle(streamHandler),
      pools: {
        stream: await handleOf(workpoolEnqueueAction),
        tools: await handleOf(toolExecutionWorkpoolEnqueueAction ?? workpoolEnqueueAction),
      },
      statusHandle: await handleOf(onStatusChange),
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
