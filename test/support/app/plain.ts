import { anyApi } from "convex/server";
import { defineAgentApi, streamHandlerAction, type StreamHandlerOptions } from "convex-durable-agents";
import { component } from "./agent.js";
import { testModel } from "./model.js";

/** The least an agent needs, as an object; a test may change it. */
export const plainOptions: StreamHandlerOptions = { model: testModel };

export const handler = streamHandlerAction(component, plainOptions);

export const { createThread, sendMessage } = defineAgentApi(component, anyApi.plain!.handler as never);
