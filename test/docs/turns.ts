import { Output, hasToolCall, stepCountIs, type ToolLoopAgentSettings } from "ai";
import { anyApi } from "convex/server";
import {
  createActionTool,
  defineAgentApi,
  streamHandlerAction,
  type MessageDoc,
  type OutputOf,
} from "convex-durable-agents";
import { z } from "zod";
import { components, internal, model } from "./app.js";

const key = z.object({ key: z.string() });
const tools = {
  record: createActionTool({ description: "Record", args: key, handler: internal.tools.record }),
  refuse: createActionTool({ description: "Refuse", args: z.object({}), handler: internal.tools.refuse }),
};

export const chatAgentHandler = streamHandlerAction(components.durableAgents, {
  model,
  tools,
  onTurnComplete: async ({ ctx, threadId, turn, usage }) => {
    await ctx.runMutation(internal.billing.charge, { threadId, turn, tokens: usage.totalTokens ?? 0 });
  },
  onRetry: ({ threadId, attempt, error }) => console.warn(threadId, "attempt", attempt, "failed:", error),
  onError: ({ threadId, error }) => console.error(threadId, "failed:", error),
});

export const patientHandler = streamHandlerAction(components.durableAgents, { model, tools, slice: 60_000 });

export const carefulHandler = streamHandlerAction(components.durableAgents, {
  model,
  tools,
  stopWhen: [stepCountIs(8), hasToolCall("refuse")],
  prepareStep: ({ stepNumber, steps }) => {
    const failed = steps.some(({ toolCalls, toolResults }) => toolResults.length < toolCalls.length);
    if (failed) return { system: "Say what went wrong, and stop.", toolChoice: "none" };
    return stepNumber === 0 ? { activeTools: ["record"] } : {};
  },
});

export const cook = {
  model,
  instructions: "You are a cook. Be brief.",
  stopWhen: stepCountIs(8),
} satisfies ToolLoopAgentSettings;

export const cookHandler = streamHandlerAction(components.durableAgents, { ...cook, tools });

const trip = Output.object({
  schema: z.object({ city: z.string(), days: z.number() }),
});

export const tripHandler = streamHandlerAction(components.durableAgents, {
  model,
  tools,
  output: trip,
});

export function findTrip(messages: MessageDoc[]): OutputOf<typeof trip> | undefined {
  return messages.at(-1)?.output as OutputOf<typeof trip> | undefined;
}

export const { createThread: chat } = defineAgentApi(
  components.durableAgents,
  anyApi.turns!.chatAgentHandler as never,
);
export const { createThread: askCarefully } = defineAgentApi(
  components.durableAgents,
  anyApi.turns!.carefulHandler as never,
);
export const { createThread: askCook } = defineAgentApi(
  components.durableAgents,
  anyApi.turns!.cookHandler as never,
);
export const { createThread: planTrip } = defineAgentApi(
  components.durableAgents,
  anyApi.turns!.tripHandler as never,
);
