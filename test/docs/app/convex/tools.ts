import { createActionTool, createAsyncTool, type AgentTools } from "convex-durable-agents";
import { z } from "zod";
import { internal } from "./_generated/api";
import { chargeCard } from "./payments";

export const tools: AgentTools = {
  get_weather: createActionTool({
    description: "Get the weather for a location",
    args: z.object({ location: z.string() }),
    handler: internal.weather.getWeather,
  }),
  read_pages: createActionTool({
    description: "Read web pages",
    args: z.object({ urls: z.array(z.string()) }),
    handler: internal.pages.readPages,
    identity: true,
  }),
  charge_card: chargeCard,
  ask_person: createAsyncTool({
    description: "Ask the user something that only they know",
    args: z.object({ question: z.string() }),
  }),
};
