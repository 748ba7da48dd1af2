import { ConvexError, v } from "convex/values";
import { reportProgress, vToolCallIdentity, writeData } from "convex-durable-agents";
import { components, internal } from "./_generated/api";
import { internalAction, internalMutation, query } from "./_generated/server";

const WEATHER = ["sunny", "cloudy", "rainy", "windy", "snowy"];

/** A sync tool with a side effect: it leaves a row in `lookups`. */
export const getWeather = internalAction({
  args: { location: v.string() },
  returns: v.object({ location: v.string(), weather: v.string(), temperature: v.number() }),
  handler: async (ctx, { location }): Promise<{ location: string; weather: string; temperature: number }> => {
    await ctx.runMutation(internal.tools.recordLookup, { location });
    const seed = [...location.toLowerCase()].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
    return { location, weather: WEATHER[seed % WEATHER.length]!, temperature: 5 + (seed % 25) };
  },
});

export const recordLookup = internalMutation({
  args: { location: v.string() },
  returns: v.null(),
  handler: async (ctx, { location }) => {
    await ctx.db.insert("lookups", { location });
    return null;
  },
});

/** The places that the weather tool was asked for, newest first. */
export const lookups = query({
  args: {},
  returns: v.array(v.string()),
  handler: async (ctx) =>
    (await ctx.db.query("lookups").order("desc").take(100)).map(({ location }) => location),
});

/** A tool that a person has to approve. */
export const bookTable = internalAction({
  args: { restaurant: v.string(), people: v.number() },
  returns: v.object({ booked: v.string() }),
  handler: async (_ctx, { restaurant, people }) => ({ booked: `${restaurant}, a table for ${people}` }),
});

/** A tool that always says no, on purpose: a ConvexError goes to the model at once. */
export const exportReport = internalAction({
  args: { name: v.string() },
  returns: v.null(),
  handler: async (_ctx, { name }) => {
    throw new ConvexError(`The report "${name}" cannot be exported: the archive is read-only.`);
  },
});

/** A tool whose first attempt fails each time, and whose second one does not. */
export const getQuote = internalAction({
  args: { toolCall: vToolCallIdentity },
  returns: v.object({ quote: v.string() }),
  handler: async (_ctx, { toolCall }) => {
    if (toolCall.attempt === 1) throw new Error("The quotation service is not available.");
    return { quote: "What is written down need not be remembered." };
  },
});

/** What the archive has on each page. */
const TITLES = [
  "On rows",
  "On queues",
  "On leases",
  "On watchdogs",
  "On time",
  "On people",
  "On doubt",
  "On rest",
];

/** A tool that takes its time, tells how far it has come, and shows what it has found in the answer. */
export const readArchive = internalAction({
  args: { pages: v.number(), toolCall: vToolCallIdentity },
  returns: v.object({ read: v.number() }),
  handler: async (ctx, { pages, toolCall }): Promise<{ read: number }> => {
    for (let page = 1; page <= pages; page++) {
      const progress = `page ${page} of ${pages}`;
      const isWanted = await reportProgress(ctx, components.durableAgents, toolCall, progress);
      if (!isWanted) return { read: page - 1 };
      const titles = Array.from({ length: page }, (_, index) => TITLES[index % TITLES.length]);
      await writeData(ctx, components.durableAgents, toolCall, {
        type: "data-findings",
        id: "findings",
        data: { titles },
      });
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return { read: pages };
  },
});
