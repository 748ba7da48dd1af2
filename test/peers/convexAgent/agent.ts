import {
  Agent,
  createTool,
  listUIMessages,
  saveMessage,
  stepCountIs,
  syncStreams,
  vStreamArgs,
} from "@convex-dev/agent";
import {
  anyApi,
  componentsGeneric,
  internalActionGeneric,
  mutationGeneric,
  paginationOptsValidator,
  queryGeneric,
} from "convex/server";
import { v } from "convex/values";
import { z } from "zod";
import { testModel } from "../../support/app/model.js";
import { RECENT_MESSAGES, THROTTLE_MS, runTool } from "../../bench/workloads.js";

const component = componentsGeneric().agent as never;

/** More steps than any workload has. */
const MAX_STEPS = 200;

const agent = new Agent(component, {
  name: "bench",
  languageModel: testModel as never,
  contextOptions: { recentMessages: RECENT_MESSAGES },
  tools: {
    lookup: createTool({
      description: "Look something up",
      inputSchema: z.object({ key: z.string() }),
      execute: (_ctx, { key }: { key: string }) => runTool(key),
    }),
  },
});

export const createThread = mutationGeneric({
  args: {},
  handler: async (ctx) => (await agent.createThread(ctx as never, {})).threadId,
});

/** Saves the user's message, and schedules the action that answers it: whole, or a step at a time. */
export const sendMessage = mutationGeneric({
  args: { threadId: v.string(), prompt: v.string(), actionPerStep: v.boolean() },
  handler: async (ctx, { threadId, prompt, actionPerStep }) => {
    const { messageId: promptMessageId } = await saveMessage(ctx as never, component, { threadId, prompt });
    await ctx.scheduler.runAfter(0, anyApi.agent!.answer as never, {
      threadId,
      promptMessageId,
      actionPerStep,
    });
  },
});

export const answer = internalActionGeneric({
  args: { threadId: v.string(), promptMessageId: v.string(), actionPerStep: v.boolean() },
  handler: async (ctx, args) => {
    const { threadId, promptMessageId, actionPerStep } = args;
    const result = await agent.streamText(
      ctx as never,
      { threadId },
      { promptMessageId, stopWhen: stepCountIs(actionPerStep ? 1 : MAX_STEPS) },
      { saveStreamDeltas: { throttleMs: THROTTLE_MS } },
    );
    await result.consumeStream();
    if ((await result.finishReason) === "tool-calls")
      await ctx.scheduler.runAfter(0, anyApi.agent!.answer as never, args);
  },
});

export const listMessages = queryGeneric({
  args: { threadId: v.string(), paginationOpts: paginationOptsValidator, streamArgs: vStreamArgs },
  handler: async (ctx, args) => {
    const paginated = await listUIMessages(ctx as never, component, args);
    const streams = await syncStreams(ctx as never, component, args as never);
    return { ...paginated, streams };
  },
});
