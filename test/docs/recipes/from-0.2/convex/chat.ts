import { createActionTool, defineAgentApi, streamHandlerAction } from "convex-durable-agents";
import { z } from "zod";
import { components, internal } from "./_generated/api";

export const chatAgentHandler = streamHandlerAction(components.durableAgents, {
  model: "anthropic/claude-haiku-4.5",
  system: "You are a helpful assistant.",
  tools: {
    get_weather: createActionTool({
      description: "Get the weather for a location",
      args: z.object({ location: z.string() }),
      handler: internal.weather.getWeather,
      // 0.2 ran a tool once, for 30 minutes at most. Without these two lines: three attempts, for any time.
      retry: false,
      timeoutMs: 30 * 60 * 1000,
    }),
  },
  saveStreamDeltas: true,
});

export const {
  createThread,
  sendMessage,
  getThread,
  // In place of `streamUpdates`:
  listMessagesWithStreams,
  listMessages,
  listThreads,
  resumeThread,
  stopThread,
  approveToolCall,
  denyToolCall,
  deleteThread,
  addToolResult,
  addToolError,
} = defineAgentApi(components.durableAgents, internal.chat.chatAgentHandler, {
  // In place of an `authorizationCallback` that compares users:
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
});
