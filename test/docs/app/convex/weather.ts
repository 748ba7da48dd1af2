import { v } from "convex/values";
import { internalAction } from "./_generated/server";

export const getWeather = internalAction({
  args: { location: v.string() },
  returns: v.object({ weather: v.string(), temperature: v.number() }),
  handler: async (_ctx, { location }) => {
    return { weather: `sunny in ${location}`, temperature: 23 };
  },
});
