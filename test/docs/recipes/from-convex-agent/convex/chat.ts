import { createActionTool, defineAgentApi, streamHandlerAction } from "convex-durable-agents";
import { stepCountIs } from "ai";
import { z } from "zod";
import { components, internal } from "./_generated/api";

/** In place of `new Agent(components.agent, { languageModel, instructions, tools, stopWhen })`. */
export const chatAgentHandler = streamHandlerAction(components.durableAgents, {
  model: "anthropic/claude-haiku-4.5",
  instructions: "You are a helpful assistant.",
  stopWhen: stepCountIs(10),
  // In place of `contextOptions: { recentMessages: 100 }`:
  recentMessages: 100,
  tools: {
    // In place of `createTool({ inputSchema, execute })`: `execute` becomes an action of its own.
    get_weather: createActionTool({
      description: "Get the weather for a location",
      args: z.object({ location: z.string() }),
      handler: internal.weather.getWeather,
    }),
  },
  saveStreamDeltas: true,
});

/** In place of the mutation, the action and the queries that saved a message, scheduled the answer and listed both. */
export const {
  createThread,
  sendMessage,
  getThread,
  listMessages,
  listMessagesWithStreams,
  listThreads,
  resumeThread,
  stopThread,
  approveToolCall,
  denyToolCall,
  deleteThread,
} = defineAgentApi(components.durableAgents, internal.chat.chatAgentHandler, {
  // In place of `userId`:
  owner: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null,
});
