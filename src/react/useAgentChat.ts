import { useConvex } from "convex/react";
import { getFunctionName, type DefaultFunctionArgs, type FunctionReference } from "convex/server";
import { useMemo, useState } from "react";
import { agentError } from "../errors.js";
import type { ChatFunctions } from "../follow/chatFunctions.js";
import type { AgentMessage, AnyAgentMessage } from "../follow/types.js";
import type { SentData, SentFile, WhileRunning } from "../types.js";
import { encodeValue } from "../../component/lib/storable.js";
import { randomKey } from "../values/randomKey.js";
import { showSent } from "./optimisticSend.js";
import { useChatActions, type ChatAction, type ChatActionError } from "./useChatActions.js";
import { useThread, type UseThreadOptions, type UseThreadResult } from "./useThread.js";

export interface UseAgentChatOptions extends ChatFunctions, UseThreadOptions {
  /** The thread, or `"skip"` to follow nothing, for a thread that is not created yet. Null means the same as `"skip"`. */
  threadId: string | null;
}

export interface SendOptions {
  /** Files to send with the message. Default: none. */
  files?: SentFile[];
  /** Data parts to send with the message, for the app to show. Default: none. */
  data?: SentData[];
  /** What to do with the message while a turn runs. Default: `"queue"`, for the next turn. */
  whileRunning?: WhileRunning;
  /** What the app says of the message: at most 8 KiB. Default: nothing. */
  metadata?: Record<string, unknown>;
}

/**
 * A thread, and the actions of its chat. Each action resolves to whether it succeeded, and never rejects; `actionError` has the
 * reason.
 */
export interface UseAgentChatResult<
  Message extends AnyAgentMessage = AgentMessage,
> extends UseThreadResult<Message> {
  /** Sends a message and shows it at once. Sent again after a failure it is still one message. */
  sendMessage: (prompt: string, options?: SendOptions) => Promise<boolean>;
  /** Stops the running turn; what was shown is kept. */
  stop: () => Promise<boolean>;
  /** Resumes a settled thread from where it is. With a prompt, sends a further message first. */
  resume: (prompt?: string) => Promise<boolean>;
  /** Withdraws a message that waits. Undefined without the option `withdrawMessage`. */
  withdraw?: (messageId: string) => Promise<boolean>;
  /** Regenerates an answer. Default: the last one. Undefined without the option of that name. */
  regenerate?: (messageId?: string) => Promise<boolean>;
  /** Replaces a user's message and what followed it. Undefined without the option of that name. */
  editMessage?: (messageId: string, prompt: string, files?: SentFile[]) => Promise<boolean>;
  /** Answers an async tool's call. Undefined without the option of that name. */
  addToolResult?: (toolCallId: string, result: unknown) => Promise<boolean>;
  /** Answers an async tool's call with an error. Undefined without the option of that name. */
  addToolError?: (toolCallId: string, error: string) => Promise<boolean>;
  /** Approves a tool call. Default arguments: the model's own. Undefined without the option of that name. */
  approveToolCall?: (toolCallId: string, args?: unknown) => Promise<boolean>;
  /** Denies a tool call. Undefined without the option of that name. */
  denyToolCall?: (toolCallId: string, reason?: string) => Promise<boolean>;
  /** The last action that failed and was neither retried nor cleared; null if there is none. */
  actionError: ChatActionError | null;
  /** Clears `actionError`. */
  clearActionError: () => void;
}

/**
 * Follows a thread, and returns its messages, its status and everything that a chat does with it.
 *
 * @example
 * const { messages, isRunning, sendMessage, stop } = useAgentChat({
 *   listMessages: api.chat.listMessagesWithStreams,
 *   getThread: api.chat.getThread,
 *   sendMessage: api.chat.sendMessage,
 *   stopThread: api.chat.stopThread,
 *   resumeThread: api.chat.resumeThread,
 *   threadId: threadId ?? "skip",
 * });
 */
export function useAgentChat<Message extends AnyAgentMessage = AgentMessage>(
  options: UseAgentChatOptions,
): UseAgentChatResult<Message> {
  const functions = useSameFunctions(options);
  const threadId = options.threadId ?? "skip";
  const args = threadId === "skip" ? threadId : { threadId };
  const { listMessages, getThread } = functions;
  const thread = useThread<typeof listMessages, typeof getThread, Message>(
    listMessages,
    getThread,
    args,
    options,
  );
  const { perform, actionError, clearActionError } = useChatActions(threadId);
  const convex = useConvex();
  const actions = useMemo(
    () => chatActions(convex, threadId, functions, perform),
    [convex, threadId, functions, perform],
  );
  return { ...thread, ...actions, actionError, clearActionError };
}

const NAMES: readonly (keyof ChatFunctions)[] = [
  "listMessages",
  "getThread",
  "sendMessage",
  "stopThread",
  "resumeThread",
  "withdrawMessage",
  "regenerate",
  "editMessage",
  "addToolResult",
  "addToolError",
  "approveToolCall",
  "denyToolCall",
];

const keyOf = (functions: ChatFunctions): string =>
  NAMES.map((name) => functions[name] && getFunctionName(functions[name])).join();

/** Returns the same references until one names another function: `api.chat.sendMessage` is a new object at each access. */
function useSameFunctions(functions: ChatFunctions): ChatFunctions {
  const [same, setSame] = useState(functions);
  if (keyOf(same) === keyOf(functions)) return same;
  setSame(functions);
  return functions;
}

function chatActions(
  convex: ReturnType<typeof useConvex>,
  threadId: string,
  { listMessages, getThread, sendMessage, stopThread, resumeThread, ...optional }: ChatFunctions,
  perform: ReturnType<typeof useChatActions>["perform"],
) {
  /** Performs an action on the thread. It fails like any other where there is no thread. */
  const act = (name: ChatAction, run: () => Promise<unknown>) =>
    perform(name, async () => {
      if (threadId === "skip") throw agentError("thread_not_found", "There is no thread yet.");
      return run();
    });
  /** Makes the action of a mutation that not every chat has. */
  const optionalAction = <Args extends DefaultFunctionArgs, Params extends unknown[]>(
    name: ChatAction,
    mutation: FunctionReference<"mutation", "public", Args, unknown> | undefined,
    argsOf: (...params: Params) => NoInfer<Args>,
  ) =>
    mutation &&
    ((...params: Params) =>
      act(name, () => convex.mutation<FunctionReference<"mutation">>(mutation, argsOf(...params))));
  return {
    sendMessage: (prompt: string, { data, ...options }: SendOptions = {}) => {
      const encoded = data?.map((part) => ({ ...part, data: encodeValue(part.data) }));
      const message = { threadId, prompt, ...options, data: encoded, key: randomKey() };
      return act("sendMessage", () =>
        convex.mutation(sendMessage, message, {
          optimisticUpdate: (store, sent) => showSent(store, { listMessages, getThread }, sent),
        }),
      );
    },
    stop: () => act("stop", () => convex.mutation(stopThread, { threadId })),
    resume: (prompt?: string) => act("resume", () => convex.mutation(resumeThread, { threadId, prompt })),
    withdraw: optionalAction("withdraw", optional.withdrawMessage, (messageId: string) => ({
      threadId,
      messageId,
    })),
    regenerate: optionalAction("regenerate", optional.regenerate, (messageId?: string) => ({
      threadId,
      messageId,
    })),
    editMessage: optionalAction(
      "editMessage",
      optional.editMessage,
      (messageId: string, prompt: string, files?: SentFile[]) => ({ threadId, messageId, prompt, files }),
    ),
    addToolResult: optionalAction(
      "addToolResult",
      optional.addToolResult,
      (toolCallId: string, result: unknown) => ({ threadId, toolCallId, result: encodeValue(result) }),
    ),
    addToolError: optionalAction(
      "addToolError",
      optional.addToolError,
      (toolCallId: string, error: string) => ({ threadId, toolCallId, error }),
    ),
    approveToolCall: optionalAction(
      "approveToolCall",
      optional.approveToolCall,
      (toolCallId: string, args?: unknown) => ({ threadId, toolCallId, args }),
    ),
    denyToolCall: optionalAction(
      "denyToolCall",
      optional.denyToolCall,
      (toolCallId: string, reason?: string) => ({ threadId, toolCallId, reason }),
    ),
  };
}
