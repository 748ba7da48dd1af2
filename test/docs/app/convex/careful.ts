import { hasToolCall, stepCountIs } from "ai";
import { defineAgentApi, streamHandlerAction } from "convex-durable-agents";
import { components, internal } from "./_generated/api";
import { tools } from "./tools";

export const handler = streamHandlerAction(components.durableAgents, {
  model: "anthropic/claude-haiku-4.5",
  tools,
  stopWhen: [stepCountIs(8), hasToolCall("charge_card")],
  prepareStep: ({ stepNumber, steps }) => {
    const failed = steps.some(({ toolCalls, toolResults }) => toolResults.length < toolCalls.length);
    if (failed) return { system: "Say what went wrong, and stop.", toolChoice: "none" };
    return stepNumber === 0 ? { activeTools: ["get_weather"] } : {};
  },
});

export const { createThread, sendMessage } = defineAgentApi(
  components.durableAgents,
  internal.careful.handler,
);
