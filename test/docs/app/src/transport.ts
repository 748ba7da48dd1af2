import { createConvexChatTransport } from "convex-durable-agents/chat";
import type { ConvexReactClient } from "convex/react";
import { api } from "../convex/_generated/api";

export const createTransport = (client: ConvexReactClient) =>
  createConvexChatTransport({
    client,
    listMessages: api.chat.listMessagesWithStreams,
    getThread: api.chat.getThread,
    sendMessage: api.chat.sendMessage,
  });
