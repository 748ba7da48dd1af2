import { createActionTool, defineAgentApi, streamHandlerAction } from "convex-durable-agents";
import { anyApi, componentsGeneric, internalActionGeneric } from "convex/server";
import { v } from "convex/values";
import { z } from "zod";
import { testModel } from "../../support/app/model.js";
import { RECENT_MESSAGES, THROTTLE_MS, runTool } from "../../bench/workloads.js";

const component = componentsGeneric().durable_agents as never;

/** The tool's handler. */
export const runLookup = internalActionGeneric({
  args: { key: v.string() },
  handler: (_ctx, { key }) => runTool(key),
});

export const handler = streamHandlerAction(component, {
  model: testModel,
  // It has no option for this: it reads the whole thread, and the app cuts off what the model is not to see.
  transformMessages: (messages) => messages.slice(-RECENT_MESSAGES),
  saveStreamDeltas: { throttleMs: THROTTLE_MS },
  tools: {
    lookup: createActionTool({
      description: "Look something up",
      args: z.object({ key: z.string() }),
      handler: anyApi.agent!.runLookup as never,
    }),
  },
});

export const { createThread, sendMessage, getThread, listMessages, streamUpdates } = defineAgentApi(
  component,
  anyApi.agent!.handler as never,
  { authorizationCallback: () => {} },
);
