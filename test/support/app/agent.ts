import { anyApi, type ApiFromModules } from "convex/server";
import {
  createActionTool,
  createAsyncTool,
  defineAgentApi,
  streamHandlerAction,
  type AgentApiOptions,
  type StreamHandlerOptions,
  type StreamHandlerOptionsFactory,
} from "convex-durable-agents";
import { z } from "zod";
import { component } from "./component.js";
import { testModel } from "./model.js";
import type * as statusChanges from "./statusChanges.js";
import type * as tools from "./tools.js";

export { component };
const internal = anyApi as unknown as ApiFromModules<{
  tools: typeof tools;
  statusChanges: typeof statusChanges;
}>;

const key = z.object({ key: z.string() });

/** What a test changes of the handler's options. */
export const overrides: {
  options: StreamHandlerOptions | StreamHandlerOptionsFactory | null;
  /** How long an action carries a turn on, in milliseconds. Default: SLICE of the environment, or else the handler's default. */
  slice: number | undefined;
} = { options: null, slice: undefined };

/** What a test does when a thread is accessed, and whom it lets inspect other users' threads. */
export const authorization: {
  callback: AgentApiOptions["authorizationCallback"];
  inspector: AgentApiOptions["inspectorCallback"];
} = { callback: undefined, inspector: undefined };

export const defaultOptions: StreamHandlerOptions = {
  model: testModel,
  system: "Be brief.",
  saveStreamDeltas: { throttleMs: 100 },
  tools: {
    record: createActionTool({ description: "Record", args: key, handler: internal.tools.record }),
    record_again: createActionTool({
      description: "Record, also after a crash",
      args: key,
      handler: internal.tools.record,
      retry: { onCrash: true },
    }),
    unstable: createActionTool({ description: "Unstable", args: key, handler: internal.tools.unstable }),
    unstable_once: createActionTool({
      description: "Unstable, one attempt",
      args: key,
      handler: internal.tools.unstable,
      retry: false,
    }),
    slow: createActionTool({ description: "Slow", args: key, handler: internal.tools.slow }),
    refuse: createActionTool({ description: "Refuse", args: z.object({}), handler: internal.tools.refuse }),
    huge: createActionTool({ description: "Huge", args: z.object({}), handler: internal.tools.huge }),
    missing: createActionTool({
      description: "Its handler does not exist",
      args: z.object({}),
      handler: anyApi.tools!.nowhere as never,
    }),
    tells: createActionTool({
      description: "Tell how far it is",
      args: key,
      handler: internal.tools.tells,
      identity: true,
    }),
    ask: createAsyncTool({
      description: "Ask a person",
      args: z.object({ question: z.string() }),
      callback: internal.tools.ask,
    }),
  },
};

const SLICE = process.env.SLICE === undefined ? undefined : Number(process.env.SLICE);

export const handler = streamHandlerAction(component, async (ctx, threadId, step) => {
  const { options, slice = SLICE } = overrides;
  const given =
    typeof options === "function" ? await options(ctx, threadId, step) : (options ?? defaultOptions);
  return given instanceof Object ? { slice, ...given } : given;
});

const streamHandler = anyApi.agent!.handler as never;

export const {
  createThread,
  sendMessage,
  withdrawMessage,
  addMessage,
  regenerate,
  editMessage,
  forkThread,
  getThread,
  listMessages,
  listMessagesWithStreams,
  listThreads,
  paginateThreads,
  updateThread,
  deleteThread,
  resumeThread,
  stopThread,
  addToolResult,
  addToolError,
  approveToolCall,
  denyToolCall,
  moveToolCallDeadline,
  getUsage,
  listTurns,
  listTransitions,
  explainThread,
} = defineAgentApi(component, streamHandler, {
  authorizationCallback: (ctx, threadId) => authorization.callback?.(ctx, threadId),
  onStatusChange: internal.statusChanges.statusChanged,
});
