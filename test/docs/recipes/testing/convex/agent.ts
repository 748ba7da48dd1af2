import { createActionTool, streamHandlerAction } from "convex-durable-agents";
import { z } from "zod";
import { components, internal } from "./_generated/api";
import { model } from "./model";

export const respond = streamHandlerAction(components.durableAgents, {
  model,
  system: "You are a helpful assistant.",
  tools: {
    get_weather: createActionTool({
      description: "Get the weather for a location",
      args: z.object({ location: z.string() }),
      handler: internal.weather.getWeather,
    }),
  },
  saveStreamDeltas: true,
});
