import { anyApi, componentsGeneric, internalActionGeneric } from "convex/server";
import { v } from "convex/values";
import {
  createActionTool,
  defineAgentApi,
  streamHandlerAction,
  type ComponentApi,
} from "convex-durable-agents";
import { z } from "zod";
import { testModel } from "../../support/app/model.js";
import { RECENT_MESSAGES, THROTTLE_MS, runTool } from "../workloads.js";

const component = componentsGeneric().durableAgents as unknown as ComponentApi;

/** The tool's handler. */
export const runLookup = internalActionGeneric({
  args: { key: v.string() },
  handler: (_ctx, { key }) => runTool(key),
});

export const handler = streamHandlerAction(component, {
  model: testModel,
  recentMessages: RECENT_MESSAGES,
  saveStreamDeltas: { throttleMs: THROTTLE_MS },
  tools: {
    lookup: createActionTool({
      description: "Look something up",
      args: z.object({ key: z.string() }),
      handler: anyApi.agent!.runLookup as never,
    }),
  },
});

export const { createThread, sendMessage, getThread, listMessagesWithStreams } = defineAgentApi(
  component,
  anyApi.agent!.handler as never,
  // Who may do what is asked at every call, as in any real app.
  { authorizationCallback: () => {}, transitionLog: false },
);
