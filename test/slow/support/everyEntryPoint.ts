/** Files of an app that uses every entry point, with every function of the agent. */
export const EVERY_ENTRY_POINT: Record<string, string> = {
  "convex/everything.ts": `
import { createAsyncTool, createWorkpoolBridge, defineAgentApi, streamHandlerAction } from "convex-durable-agents";
import { v } from "convex/values";
import { z } from "zod";
import { components, internal } from "./_generated/api";
import { internalAction } from "./_generated/server";

export const notify = internalAction({ args: v.any(), returns: v.null(), handler: async () => null });
export const handler = streamHandlerAction(components.durableAgents, () => ({
  model: "anthropic/claude-haiku-4.5",
  tools: {
    ask: createAsyncTool({
      description: "Ask",
      args: z.object({ location: z.string() }),
      callback: internal.everything.notify,
    }),
  },
}));
export const {
  getThread, listMessages, listMessagesWithStreams, sendMessage, stopThread, resumeThread, withdrawMessage, regenerate,
  editMessage, addToolResult, addToolError, approveToolCall, denyToolCall, listTransitions,
  listThreads, explainThread, getUsage, listTurns,
} = defineAgentApi(components.durableAgents, internal.everything.handler);
export { createWorkpoolBridge };
`,
  "src/everything.tsx": `
import { createConvexChatTransport } from "convex-durable-agents/chat";
import { ThreadInspector, ThreadsOverview } from "convex-durable-agents/devtools";
import { stepThread } from "convex-durable-agents/machines";
import {
  useAgentChat, useMessages, useSmoothText, useThread, useThreadMachine, useThreadStatus, useTransitions,
} from "convex-durable-agents/react";
import { register } from "convex-durable-agents/test";
import type { ConvexReactClient } from "convex/react";
import { api } from "../convex/_generated/api";

const { listMessagesWithStreams: listMessages, ...functions } = api.everything;

export function useEverything(threadId: string) {
  useThread(listMessages, functions.getThread, { threadId });
  useMessages(functions.listMessages, functions.getThread, { threadId });
  useThreadStatus(functions.getThread, { threadId });
  useThreadMachine(functions.getThread, { threadId });
  useTransitions(functions.listTransitions, { threadId });
  useSmoothText("text");
  return useAgentChat({ ...functions, listMessages, threadId });
}
export const transport = (client: ConvexReactClient) =>
  createConvexChatTransport({ client, ...functions, listMessages });
export const Inspector = ({ threadId }: { threadId: string }) => (
  <>
    <ThreadsOverview api={api.everything} />
    <ThreadInspector api={api.everything} threadId={threadId} />
  </>
);
export { register, stepThread };
`,
};
