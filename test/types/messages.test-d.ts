import { useAgentChat, type AgentMessage, type UseAgentChatOptions } from "convex-durable-agents/react";
import { useConvexChat, type ChatMessage, type UseConvexChatOptions } from "convex-durable-agents/usechat";
import { expectTypeOf, test } from "vitest";

interface Custom {
  model: string;
}
type Data = { sources: { titles: string[] } };

test("messages have the app's types of metadata and data", () => {
  const { messages } = useAgentChat<AgentMessage<Custom, Data>>({} as UseAgentChatOptions);
  expectTypeOf(messages[0]!.metadata!.custom).toEqualTypeOf<Custom | undefined>();
  expectTypeOf(messages[0]!.metadata!.turn).toEqualTypeOf<number>();
  const part = messages[0]!.parts[0]!;
  if (part.type === "data-sources") expectTypeOf(part.data).toEqualTypeOf<Data["sources"]>();
  expectTypeOf(useAgentChat({} as UseAgentChatOptions).messages).toEqualTypeOf<AgentMessage[]>();
});

test("so do those of useChat", () => {
  type Message = ChatMessage<Custom, Data>;
  const { messages, sendMessage } = useConvexChat<Message>({} as UseConvexChatOptions<Message>);
  expectTypeOf(messages).toEqualTypeOf<Message[]>();
  expectTypeOf(messages[0]!.metadata!.custom?.model).toEqualTypeOf<string | undefined>();
  expectTypeOf(sendMessage).toBeCallableWith({ parts: [{ type: "data-sources", data: { titles: [] } }] });
});
