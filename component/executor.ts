import { convexToJson, getConvexSize, v, type Value } from "convex/values";
import { internal } from "./_generated/api.js";
import { internalAction, type ActionCtx } from "./_generated/server.js";
import { MAX_INLINE_RESULT_BYTES } from "./lib/limits.js";
import { persistently } from "./lib/persistently.js";
import { runCalls } from "./running/runCalls.js";
import { vToolRun, type HandlerOutcome } from "./validators/thread.js";

/** How long an executor asks which of its calls are still wanted, in vain, in milliseconds. */
const BEGIN_MS = 60_000;

/**
 * Runs the handlers of one or several calls of a step, as far as they are still wanted, and reports what came of them. It is given
 * all that it needs, so that it has nothing to read.
 */
export const run = internalAction({
  args: { threadId: v.id("threads"), position: v.number(), generation: v.number(), calls: v.array(vToolRun) },
  returns: v.null(),
  handler: async (ctx, { threadId, position, generation, calls }) => {
    const asked = calls.map(({ index, epoch, asks }) => ({ index, epoch, asks }));
    const begin = () =>
      ctx.runMutation(internal.toolEvents.begin, { threadId, position, generation, calls: asked });
    const wanted = await persistently(begin, { forMs: BEGIN_MS });
    const runs = calls.filter(({ index }) => wanted.includes(index));
    await runCalls(ctx, runs, {
      report: async (outcomes) => {
        await ctx.runMutation(internal.toolEvents.settle, { threadId, position, outcomes });
        return [];
      },
      keep: async ({ options }, output) =>
        options.storeLargeResults && isLarge(output) ? store(ctx, output) : null,
    });
    return null;
  },
});

const isLarge = (output: unknown): boolean => getConvexSize(output as Value) > MAX_INLINE_RESULT_BYTES;

/** Stores a large result as a JSON file; the outcome has its URL. */
async function store(ctx: ActionCtx, output: unknown): Promise<HandlerOutcome> {
  const json = JSON.stringify(convexToJson(output as Value));
  const file = await ctx.storage.store(new Blob([json], { type: "application/json" }));
  return { output: { url: await ctx.storage.getUrl(file), bytes: json.length }, file };
}
