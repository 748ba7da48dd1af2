import {
  Conversation,
  ConversationContent,
  ConversationScrollButton,
} from "@/components/ai-elements/conversation";
import { Message, MessageContent, MessageResponse } from "@/components/ai-elements/message";
import { PromptInput, PromptInputSubmit, PromptInputTextarea } from "@/components/ai-elements/prompt-input";
import { Tool, ToolContent, ToolHeader, ToolInput, ToolOutput } from "@/components/ai-elements/tool";
import { isDataUIPart, isTextUIPart, isToolUIPart } from "ai";
import { useConvexChat } from "convex-durable-agents/usechat";
import { api } from "../convex/_generated/api";

export function ChatView({ threadId }: { threadId: string }) {
  const { messages, sendMessage, status, stop, error } = useConvexChat({
    threadId,
    listMessages: api.chat.listMessagesWithStreams,
    getThread: api.chat.getThread,
    sendMessage: api.chat.sendMessage,
    stopThread: api.chat.stopThread,
  });
  return (
    <div className="flex h-dvh flex-col">
      <Conversation>
        <ConversationContent>
          {messages.map(({ id, role, parts }) => (
            <Message key={id} from={role}>
              <MessageContent>
                {parts.map((part, index) => {
                  if (isTextUIPart(part))
                    return (
                      // Pictures that a model names are fetched by the reader's browser: leave them out.
                      <MessageResponse key={index} disallowedElements={["img"]}>
                        {part.text}
                      </MessageResponse>
                    );
                  if (isDataUIPart(part) || !isToolUIPart(part)) return null;
                  return (
                    <Tool key={part.toolCallId}>
                      {part.type === "dynamic-tool" ? (
                        <ToolHeader type={part.type} state={part.state} toolName={part.toolName} />
                      ) : (
                        <ToolHeader type={part.type} state={part.state} />
                      )}
                      <ToolContent>
                        <ToolInput input={part.input} />
                        <ToolOutput output={part.output} errorText={part.errorText} />
                      </ToolContent>
                    </Tool>
                  );
                })}
              </MessageContent>
            </Message>
          ))}
          {error && <p role="alert">{error.message}</p>}
        </ConversationContent>
        <ConversationScrollButton />
      </Conversation>
      <PromptInput onSubmit={({ text, files }) => void sendMessage({ text, files })}>
        <PromptInputTextarea />
        <PromptInputSubmit status={status} onStop={() => void stop()} />
      </PromptInput>
    </div>
  );
}
