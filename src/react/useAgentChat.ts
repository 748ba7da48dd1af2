import { useConvex } from "convex/react";
import type { FunctionReference } from "convex/server";
import { useMemo } from "react";
import { encodeValue } from "../convexValue.js";
import type { ThreadDoc } from "../types.js";
import { showSent } from "./optimisticSend.js";
import type { MessagesWithStreamsQuery } from "./types.js";
import { useChatActions, type ChatActionError } from "./useChatActions.js";
import { useThread, type UseThreadOptions, type UseThreadResult } from "./useThread.js";

type ChatMutation<Args extends Record<string, unknown>> = FunctionReference<"mutation", "public", Args, null>;
type ToolMutation<Answer extends object> = ChatMutation<{ toolCallId: string; threadId?: string } & Answer>;

export interface UseAgentChatOptions extends UseThreadOptions {
  /** `api.chat.listMessagesWithStreams` */
  listMessages: MessagesWithStreamsQuery;
  /** `api.chat.getThread` */
  getThread: FunctionReference<"query", "public", { threadId: string }, ThreadDoc | null>;
  /** `api.chat.sendMessage` */
  sendMessage: ChatMutation<{ threadId: string; prompt: string }>;
  /** `api.chat.stopThread` */
  stopThread: ChatMutation<{ threadId: string }>;
  /** `api.chat.resumeThread` */
  resumeThread: ChatMutation<{ threadId: string; prompt?: string }>;
  /** `api.chat.addToolResult`, for agents with async tools. */
  addToolResult?: ToolMutation<{ result?: unknown }>;
  /** `api.chat.addToolError`, for agents with async tools. */
  addToolError?: ToolMutation<{ error: string }>;
  /** `api.chat.approveToolCall`, for agents with tools that need approval. */
  approveToolCall?: ToolMutation<{ args?: unknown }>;
  /** `api.chat.denyToolCall`, for agents with tools that need approval. */
  denyToolCall?: ToolMutation<{ reason?: string }>;
  /** Null follows nothing, for a thread that is yet to be created. */
  threadId: string | null;
}

export interface UseAgentChatResult extends UseThreadResult {
  /** Sends a message, shown at once. A running thread answers it in its next turn. */
  sendMessage: (prompt: string) => Promise<null>;
  /** Ends the running turn; what was shown is kept. */
  stop: () => Promise<null>;
  /** Runs a settled thread again from where it is, with a further message if there is a prompt. */
  resume: (prompt?: string) => Promise<null>;
  /** Answers an async tool's call; there when the option of that name is. */
  addToolResult?: (toolCallId: string, result: unknown) => Promise<null>;
  /** Answers an async tool's call with an error; there when the option of that name is. */
  addToolError?: (toolCallId: string, error: string) => Promise<null>;
  /** Lets a call run, with edited arguments if there are any; there when the option of that name is. */
  approveToolCall?: (toolCallId: string, args?: unknown) => Promise<null>;
  /** Keeps a call from running; there when the option of that name is. */
  denyToolCall?: (toolCallId: string, reason?: string) => Promise<null>;
  /** The last of these that failed. None of them rejects. */
  actionError: ChatActionError | null;
  clearActionError: () => void;
}

/**
 * A thread and everything a chat does with it.
 *
 * @example
 * const { messages, isRunning, sendMessage, stop } = useAgentChat({
 *   listMessages: api.chat.listMessagesWithStreams,
 *   getThread: api.chat.getThread,
 *   sendMessage: api.chat.sendMessage,
 *   stopThread: api.chat.stopThread,
 *   resumeThread: api.chat.resumeThread,
 *   threadId,
 * });
 */
export function useAgentChat(options: UseAgentChatOptions): UseAgentChatResult {
  const { listMessages, getThread, sendMessage, stopThread, resumeThread } = options;
  const { addToolResult, addToolError, approveToolCall, denyToolCall } = options;
  const { threadId } = options;
  const convex = useConvex();
  const thread = useThread(listMessages, getThread, threadId === null ? "skip" : { threadId }, options);
  const { perform, actionError, clearActionError } = useChatActions(threadId);

  const actions = useMemo(() => {
    /** Fails like any other action, as a value, where there is no thread to act on. */
    const on = (run: (threadId: string) => Promise<unknown>) => async () => {
      if (threadId === null) throw new Error("There is no thread yet.");
      return run(threadId);
    };
    return {
      sendMessage: (prompt: string) =>
        perform(
          "sendMessage",
          on((threadId) =>
            convex.mutation(
              sendMessage,
              { threadId, prompt },
              { optimisticUpdate: (store, sent) => showSent(store, { listMessages, getThread }, sent) },
            ),
          ),
        ),
      stop: () =>
        perform(
          "stop",
          on((threadId) => convex.mutation(stopThread, { threadId })),
        ),
      resume: (prompt?: string) =>
        perform(
          "resume",
          on((threadId) => convex.mutation(resumeThread, { threadId, prompt })),
        ),
      addToolResult:
        addToolResult &&
        ((toolCallId: string, result: unknown) =>
          perform(
            "addToolResult",
            on((threadId) =>
              convex.mutation(addToolResult, { toolCallId, result: encodeValue(result), threadId }),
            ),
          )),
      addToolError:
        addToolError &&
        ((toolCallId: string, error: string) =>
          perform(
            "addToolError",
            on((threadId) => convex.mutation(addToolError, { toolCallId, error, threadId })),
          )),
      approveToolCall:
        approveToolCall &&
        ((toolCallId: string, args?: unknown) =>
          perform(
            "approveToolCall",
            on((threadId) => convex.mutation(approveToolCall, { toolCallId, args, threadId })),
          )),
      denyToolCall:
        denyToolCall &&
        ((toolCallId: string, reason?: string) =>
          perform(
            "denyToolCall",
            on((threadId) => convex.mutation(denyToolCall, { toolCallId, reason, threadId })),
          )),
    };
    // Function references are new objects at each access of the api; those of one chat do not change.
  }, [convex, threadId, perform]);

  return { ...thread, ...actions, actionError, clearActionError };
}
