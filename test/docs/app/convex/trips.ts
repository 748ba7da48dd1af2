import { Output } from "ai";
import { defineAgentApi, streamHandlerAction, type MessageDoc, type OutputOf } from "convex-durable-agents";
import { z } from "zod";
import { components, internal } from "./_generated/api";
import { tools } from "./tools";

const trip = Output.object({
  schema: z.object({ city: z.string(), days: z.number() }),
});

export const handler = streamHandlerAction(components.durableAgents, {
  model: "anthropic/claude-haiku-4.5",
  tools,
  output: trip,
});

export const { createThread, listMessages } = defineAgentApi(
  components.durableAgents,
  internal.trips.handler,
);

/** The trip in the messages that `listMessages` returns. */
export const findTrip = (messages: MessageDoc[]) =>
  messages.at(-1)?.output as OutputOf<typeof trip> | undefined;
