import {
  createActionTool,
  createAsyncTool,
  defineAgentApi,
  streamHandlerAction,
} from "convex-durable-agents";
import { z } from "zod";
import { components, internal } from "./_generated/api";
import { chooseModel } from "./model";
import { ownerOf } from "./owner";

/** In dollars a token: the script's are made up, and those of a real model differ. */
const INPUT_PRICE = 0.5 / 1_000_000;
const OUTPUT_PRICE = 2 / 1_000_000;

/** Runs one step of a turn; the component schedules it. */
export const chatAgentHandler = streamHandlerAction(
  components.durableAgents,
  (_ctx, _threadId, { attempt, owner }) => ({
    model: chooseModel(attempt),
    system: `You are a helpful assistant. Use your tools where they help. You talk to ${owner}.`,
    // Under each answer: the model, how long it took, and what it cost.
    messageMetadata: true,
    price: ({ inputTokens = 0, outputTokens = 0 }) => inputTokens * INPUT_PRICE + outputTokens * OUTPUT_PRICE,
    tools: {
      get_weather: createActionTool({
        description: "Get the weather for a location",
        args: z.object({ location: z.string() }),
        handler: internal.tools.getWeather,
      }),
      ask_person: createAsyncTool({
        description: "Ask the person something that only they know, and wait for the answer",
        args: z.object({ question: z.string() }),
      }),
      book_table: createActionTool({
        description: "Book a table at a restaurant",
        args: z.object({ restaurant: z.string(), people: z.number() }),
        handler: internal.tools.bookTable,
        needsApproval: true,
      }),
      export_report: createActionTool({
        description: "Export a report by its name",
        args: z.object({ name: z.string() }),
        handler: internal.tools.exportReport,
      }),
      get_quote: createActionTool({
        description: "Get the quote of the day, from a service that fails at first",
        args: z.object({}),
        handler: internal.tools.getQuote,
        // Long enough to be seen.
        retry: { backoff: { strategy: "fixed", delayMs: 2_000 } },
        identity: true,
      }),
      read_archive: createActionTool({
        description: "Read the newest pages of the archive",
        args: z.object({ pages: z.number().int().min(1).max(20) }),
        handler: internal.tools.readArchive,
        identity: true,
      }),
    },
    saveStreamDeltas: true,
  }),
);

export const {
  createThread,
  sendMessage,
  getThread,
  listMessages,
  listMessagesWithStreams,
  listThreads,
  updateThread,
  deleteThread,
  resumeThread,
  stopThread,
  withdrawMessage,
  regenerate,
  editMessage,
  forkThread,
  addToolResult,
  addToolError,
  approveToolCall,
  denyToolCall,
  getUsage,
  listTurns,
  listTransitions,
  explainThread,
} = defineAgentApi(components.durableAgents, internal.chat.chatAgentHandler, {
  owner: ownerOf,
  workpoolEnqueueAction: process.env.AGENT_WORKPOOL ? internal.workpool.enqueueWorkpoolAction : undefined,
});
