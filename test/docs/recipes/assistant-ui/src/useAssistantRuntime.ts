import { useExternalStoreRuntime, type AppendMessage, type ThreadMessageLike } from "@assistant-ui/react";
import { getToolName, isDataUIPart, isReasoningUIPart, isTextUIPart, isToolUIPart } from "ai";
import { useAgentChat, type AgentMessage } from "convex-durable-agents/react";
import { api } from "../convex/_generated/api";

/** A durable thread as the store of an assistant-ui thread. */
export function useAssistantRuntime(threadId: string) {
  const { messages, isRunning, isLoading, sendMessage, stop, editMessage, regenerate } = useAgentChat({
    listMessages: api.chat.listMessagesWithStreams,
    getThread: api.chat.getThread,
    sendMessage: api.chat.sendMessage,
    stopThread: api.chat.stopThread,
    resumeThread: api.chat.resumeThread,
    editMessage: api.chat.editMessage,
    regenerate: api.chat.regenerate,
    threadId,
  });
  /** The id that the agent's functions know a shown message by. */
  const storedId = (id: string | null) => messages.find((message) => message.id === id)?.metadata?.messageId;
  return useExternalStoreRuntime<AgentMessage>({
    messages,
    isRunning,
    isLoading,
    convertMessage,
    onNew: async (message) => void (await sendMessage(textOf(message))),
    onEdit: async (message) => {
      const messageId = storedId(message.sourceId);
      if (messageId) await editMessage?.(messageId, textOf(message));
    },
    onReload: async (parentId) => {
      const answer = messages[messages.findIndex(({ id }) => id === parentId) + 1];
      await regenerate?.(answer?.metadata?.messageId ?? undefined);
    },
    onCancel: async () => void (await stop()),
  });
}

const textOf = ({ content }: AppendMessage): string =>
  content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");

function convertMessage({ id, role, parts }: AgentMessage): ThreadMessageLike {
  return { id, role, content: parts.flatMap(convertPart) };
}

type Content = Exclude<ThreadMessageLike["content"], string>;

function convertPart(part: AgentMessage["parts"][number]): Content {
  if (isTextUIPart(part)) return [{ type: "text", text: part.text }];
  if (isReasoningUIPart(part)) return [{ type: "reasoning", text: part.text }];
  if (isDataUIPart(part) || !isToolUIPart(part)) return [];
  const failed = part.state === "output-error";
  return [
    {
      type: "tool-call",
      toolCallId: part.toolCallId,
      toolName: getToolName(part),
      argsText: JSON.stringify(part.input ?? {}),
      result: failed ? part.errorText : part.output,
      isError: failed,
    },
  ];
}
