import { anyApi } from "convex/server";
import { defineAgentApi } from "convex-durable-agents";
import { component } from "./agent.js";

const streamHandler = anyApi.agent!.handler as never;

/** The same agent without a log, and without a mutation for status changes. */
export const { createThread, listTransitions, explainThread } = defineAgentApi(component, streamHandler, {
  transitionLog: false,
});

/** The same agent with a short log. */
export const { createThread: createShortLogged, sendMessage: sendShortLogged } = defineAgentApi(
  component,
  streamHandler,
  { transitionLog: { keep: 30 } },
);
