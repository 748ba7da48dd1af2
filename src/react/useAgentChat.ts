import { useConvex } from "convex/react";
import { useMemo } from "react";
import type { ChatFunctions, SentFile, WhileRunning } from "../follow/chatFunctions.js";
import { agentError } from "../errors.js";
import { encodeValue } from "../values/convexValue.js";
import { showSent } from "./optimisticSend.js";
import { useChatActions, type ChatAction, type ChatActionError } from "./useChatActions.js";
import { useThread, type UseThreadOptions, type UseThreadResult } from "./useThread.js";

export interface UseAgentChatOptions extends ChatFunctions, UseThreadOptions {
  /** Null follows nothing, for a thread that is yet to be created. */
  threadId: string | null;
}

export interface SendOptions {
  files?: SentFile[];
  /** What becomes of the message while a turn runs: the next turn answers it, unless told. */
  whileRunning?: WhileRunning;
}

/** What a chat does. Each action resolves to whether it succeeded, and never rejects; `actionError` says what went wrong. */
export interface UseAgentChatResult extends UseThreadResult {
  /** Sends a message, shown at once; sent again after a failure it is still one message. */
  sendMessage: (prompt: string, options?: SendOptions) => Promise<boolean>;
  /** Ends the running turn; what was shown is kept. */
  stop: () => Promise<boolean>;
  /** Runs a settled thread again from where it is, with a further message if there is a prompt. */
  resume: (prompt?: string) => Promise<boolean>;
  /** Takes back a message that waits; there when the option `withdrawMessage` is. */
  withdraw?: (messageId: string) => Promise<boolean>;
  /** Has an answer made anew, the last one unless told; there when the option of that name is. */
  regenerate?: (messageId?: string) => Promise<boolean>;
  /** Replaces a user's message and what followed it; there when the option of that name is. */
  editMessage?: (messageId: string, prompt: string, files?: SentFile[]) => Promise<boolean>;
  /** Answers an async tool's call; there when the option of that name is. */
  addToolResult?: (toolCallId: string, result: unknown) => Promise<boolean>;
  /** Answers an async tool's call with an error; there when the option of that name is. */
  addToolError?: (toolCallId: string, error: string) => Promise<boolean>;
  /** Lets a call run, with edited arguments if there are any; there when the option of that name is. */
  approveToolCall?: (toolCallId: string, args?: unknown) => Promise<boolean>;
  /** Keeps a call from running; there when the option of that name is. */
  denyToolCall?: (toolCallId: string, reason?: string) => Promise<boolean>;
  /** The last of these that failed and was neither retried nor cleared. */
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
  const { listMessages, getThread, threadId } = options;
  const thread = useThread(listMessages, getThread, threadId === null ? "skip" : { threadId }, options);
  const { perform, actionError, clearActionError } = useChatActions(threadId);
  const convex = useConvex();
  const actions = useMemo(
    () => chatActions(convex, options, perform),
    // Function references are new objects at each access of the api; those of one chat do not change.
    [convex, threadId, perform],
  );
  return { ...thread, ...actions, actionError, clearActionError };
}

function chatActions(
  convex: ReturnType<typeof useConvex>,
  { threadId, listMessages, getThread, ...chat }: UseAgentChatOptions,
  perform: ReturnType<typeof useChatActions>["perform"],
) {
  /** An action on the thread. Where there is none, it fails like any other, as a value. */
  const act = (name: ChatAction, run: (threadId: string) => Promise<unknown>) =>
    perform(name, async () => {
      if (threadId === null) throw agentError("thread_not_found", "There is no thread yet.");
      return run(threadId);
    });
  const { withdrawMessage, regenerate, editMessage } = chat;
  const { addToolResult, addToolError, approveToolCall, denyToolCall } = chat;
  return {
    sendMessage: (prompt: string, { files, whileRunning }: SendOptions = {}) => {
      const message = { prompt, files, whileRunning, key: crypto.randomUUID() };
      return act("sendMessage", (threadId) =>
        convex.mutation(
          chat.sendMessage,
          { threadId, ...message },
          { optimisticUpdate: (store, sent) => showSent(store, { listMessages, getThread }, sent) },
        ),
      );
    },
    stop: () => act("stop", (threadId) => convex.mutation(chat.stopThread, { threadId })),
    resume: (prompt?: string) =>
      act("resume", (threadId) => convex.mutation(chat.resumeThread, { threadId, prompt })),
    withdraw:
      withdrawMessage &&
      ((messageId: string) =>
        act("withdraw", (threadId) => convex.mutation(withdrawMessage, { threadId, messageId }))),
    regenerate:
      regenerate &&
      ((messageId?: string) =>
        act("regenerate", (threadId) => convex.mutation(regenerate, { threadId, messageId }))),
    editMessage:
      editMessage &&
      ((messageId: string, prompt: string, files?: SentFile[]) =>
        act("editMessage", (threadId) =>
          convex.mutation(editMessage, { threadId, messageId, prompt, files }),
        )),
    addToolResult:
      addToolResult &&
      ((toolCallId: string, result: unknown) =>
        act("addToolResult", (threadId) =>
          convex.mutation(addToolResult, { toolCallId, result: encodeValue(result), threadId }),
        )),
    addToolError:
      addToolError &&
      ((toolCallId: string, error: string) =>
        act("addToolError", (threadId) => convex.mutation(addToolError, { toolCallId, error, threadId }))),
    approveToolCall:
      approveToolCall &&
      ((toolCallId: string, args?: unknown) =>
        act("approveToolCall", (threadId) =>
          convex.mutation(approveToolCall, { toolCallId, args, threadId }),
        )),
    denyToolCall:
      denyToolCall &&
      ((toolCallId: string, reason?: string) =>
        act("denyToolCall", (threadId) => convex.mutation(denyToolCall, { toolCallId, reason, threadId }))),
  };
}
