import {
  createFunctionHandle,
  internalMutationGeneric,
  internalQueryGeneric,
  mutationGeneric,
  queryGeneric,
  type FunctionVisibility,
  type GenericDataModel,
  type MutationBuilder,
  type QueryBuilder,
} from "convex/server";
import { v } from "convex/values";
import { vCursor, vStreamCursor, vStreamNews, vThread } from "../component/validators.js";
import { DEFAULT_TURN_LIMITS, type TurnLimits } from "../machines/events.js";
import { definitionError, isPositiveInteger } from "./errors.js";
import { isFunctionReference } from "./functionReference.js";
import { vMessageDoc } from "./messageDocs.js";
import { askFollowing, askPage } from "./reading.js";
import { toolCallFunctions } from "./toolCallFunctions.js";
import type {
  AgentApiOptions,
  ComponentApi,
  EnqueueAction,
  MessageDoc,
  MessagesWithStreams,
  MutationCtx,
  QueryCtx,
  StreamHandler,
  ThreadDoc,
} from "./types.js";

const vStreamArgs = v.union(
  v.object({ kind: v.literal("messages"), after: v.number(), whole: v.optional(v.boolean()) }),
  v.object({ kind: v.literal("deltas"), cursor: v.optional(vStreamCursor) }),
  v.object({ kind: v.literal("toolCall"), turn: v.number(), step: v.number(), index: v.number() }),
);

const vMessagesWithStreams = v.object({
  messages: v.optional(v.array(vMessageDoc)),
  cursor: v.optional(v.union(vCursor, v.null())),
  stream: v.optional(vStreamNews),
  toolCall: v.optional(v.record(v.string(), v.any())),
});

/**
 * Defines the agent's functions, callable from clients. Export what it returns from a file in `convex/`.
 *
 * @param component - the mounted component, `components.durableAgents`.
 * @param streamHandler - the action made by `streamHandlerAction`, such as `internal.chat.chatAgentHandler`.
 * @throws invalid_stream_handler, invalid_limits
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
  return buildApi(component, streamHandler, options, queryGeneric, mutationGeneric);
}

/**
 * The same functions as {@link defineAgentApi}, callable from other Convex functions only: for background
 * agents, and for apps that wrap them in functions of their own.
 *
 * @throws invalid_stream_handler, invalid_limits
 */
export function defineInternalAgentApi(
  component: ComponentApi,
  streamHandler: StreamHandler,
  options: AgentApiOptions = {},
) {
  return buildApi(component, streamHandler, options, internalQueryGeneric, internalMutationGeneric);
}

function buildApi<V extends FunctionVisibility>(
  component: ComponentApi,
  streamHandler: StreamHandler,
  options: AgentApiOptions,
  query: QueryBuilder<GenericDataModel, V>,
  mutation: MutationBuilder<GenericDataModel, V>,
) {
  if (!isFunctionReference(streamHandler))
    throw definitionError(
      "invalid_stream_handler",
      "The stream handler must be a reference such as internal.chat.chatAgentHandler.",
    );
  const limits = checkLimits(options.limits);
  const authorize = async (ctx: QueryCtx | MutationCtx, threadId: string) =>
    options.authorizationCallback?.(ctx, threadId);
  const { workpoolEnqueueAction, toolExecutionWorkpoolEnqueueAction } = options;
  const handleOf = async (enqueue: EnqueueAction | undefined) =>
    enqueue && (await createFunctionHandle(enqueue));
  const turnStart = async () => ({
    agent: {
      streamHandle: await createFunctionHandle(streamHandler),
      pools: {
        stream: await handleOf(workpoolEnqueueAction),
        tools: await handleOf(toolExecutionWorkpoolEnqueueAction ?? workpoolEnqueueAction),
      },
    },
    limits,
  });

  return {
    /** Creates a thread and, with a prompt, starts its first turn. Returns the thread's id. */
    createThread: mutation({
      args: { prompt: v.optional(v.string()) },
      returns: v.string(),
      handler: async (ctx, { prompt }): Promise<string> =>
        ctx.runMutation(component.lifecycle.create, { ...(await turnStart()), prompt }),
    }),

    /** Sends a user's message. A running thread answers it in its next turn. */
    sendMessage: mutation({
      args: { threadId: v.string(), prompt: v.string() },
      returns: v.null(),
      handler: async (ctx, { threadId, prompt }): Promise<null> => {
        await authorize(ctx, threadId);
        return ctx.runMutation(component.lifecycle.send, { ...(await turnStart()), threadId, prompt });
      },
    }),

    /** Runs a settled thread again from where it is, with a further message if there is a prompt. */
    resumeThread: mutation({
      args: { threadId: v.string(), prompt: v.optional(v.string()) },
      returns: v.null(),
      handler: async (ctx, { threadId, prompt }): Promise<null> => {
        await authorize(ctx, threadId);
        return ctx.runMutation(component.lifecycle.resume, { ...(await turnStart()), threadId, prompt });
      },
    }),

    /** Ends the running turn. What was shown is kept; tool calls without an outcome are cancelled. */
    stopThread: mutation({
      args: { threadId: v.string() },
      returns: v.null(),
      handler: async (ctx, { threadId }): Promise<null> => {
        await authorize(ctx, threadId);
        return ctx.runMutation(component.lifecycle.stop, { threadId });
      },
    }),

    /** Deletes a thread with all it owns. */
    deleteThread: mutation({
      args: { threadId: v.string() },
      returns: v.null(),
      handler: async (ctx, { threadId }): Promise<null> => {
        await authorize(ctx, threadId);
        return ctx.runMutation(component.lifecycle.remove, { threadId });
      },
    }),

    /** A thread with its status, and with the machine's snapshot if `inspect` says so; null where there is none. */
    getThread: query({
      args: { threadId: v.string(), inspect: v.optional(v.boolean()) },
      returns: v.union(vThread, v.null()),
      handler: async (ctx, { threadId, inspect }): Promise<ThreadDoc | null> => {
        await authorize(ctx, threadId);
        return ctx.runQuery(component.threads.get, { threadId, inspect });
      },
    }),

    /** The newest threads: 100 unless told, 500 at most. Not covered by the authorizationCallback. */
    listThreads: query({
      args: { limit: v.optional(v.number()) },
      returns: v.array(vThread),
      handler: async (ctx, { limit }): Promise<ThreadDoc[]> =>
        ctx.runQuery(component.threads.list, { limit }),
    }),

    /** The newest committed messages, oldest first: 100 unless told, 500 at most, and at most about 4 MiB. */
    listMessages: query({
      args: { threadId: v.string(), limit: v.optional(v.number()) },
      returns: v.array(vMessageDoc),
      handler: async (ctx, { threadId, limit }): Promise<MessageDoc[]> => {
        await authorize(ctx, threadId);
        const { messages = [] } = await askPage(ctx, component, { threadId, limit });
        return messages;
      },
    }),

    /**
     * Four questions, so that a client is sent nothing twice: without `streamArgs` a page of committed messages; with
     * `{ kind: "messages", after }` those committed since; with `{ kind: "deltas", cursor }` what is new in the live
     * stream; with `{ kind: "toolCall", turn, step, index }` how a tool call stands. Nothing new is `{}`.
     */
    listMessagesWithStreams: query({
      args: {
        threadId: v.string(),
        streamArgs: v.optional(vStreamArgs),
        cursor: v.optional(vCursor),
        limit: v.optional(v.number()),
      },
      returns: vMessagesWithStreams,
      handler: async (ctx, { threadId, streamArgs, ...page }): Promise<MessagesWithStreams> => {
        await authorize(ctx, threadId);
        return streamArgs
          ? askFollowing(ctx, component, threadId, streamArgs)
          : askPage(ctx, component, { threadId, ...page });
      },
    }),

    ...toolCallFunctions(component, authorize, mutation),
  };
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
