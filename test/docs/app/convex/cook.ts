import { stepCountIs, type ToolLoopAgentSettings } from "ai";
import { defineAgentApi, streamHandlerAction } from "convex-durable-agents";
import { components, internal } from "./_generated/api";
import { tools } from "./tools";

export const cook = {
  model: "anthropic/claude-haiku-4.5",
  instructions: "You are a cook. Be brief.",
  stopWhen: stepCountIs(8),
} satisfies ToolLoopAgentSettings;

export const handler = streamHandlerAction(components.durableAgents, { ...cook, tools });

export const { createThread, sendMessage } = defineAgentApi(components.durableAgents, internal.cook.handler);
