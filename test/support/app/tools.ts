import { internalActionGeneric } from "convex/server";
import { ConvexError, v } from "convex/values";
import { reportProgress, vToolCallIdentity, writeData } from "convex-durable-agents";
import { component } from "./component.js";

/** What the tools did outside the database: the side effects that must not happen twice. */
export const sideEffects: string[] = [];

/** How often `flaky` throws before it works. */
export const flaky = { failures: 0 };

/** A tool with a side effect. */
export const record = internalActionGeneric({
  args: { key: v.string() },
  returns: v.object({ recorded: v.string() }),
  handler: async (_ctx, { key }) => {
    sideEffects.push(key);
    return { recorded: key };
  },
});

/** A tool that throws as often as its arguments say. */
export const unstable = internalActionGeneric({
  args: { key: v.string() },
  handler: async (_ctx, { key }) => {
    sideEffects.push(key);
    if (flaky.failures-- > 0) throw new Error("unstable");
    return { recorded: key };
  },
});

/** A tool that says no on purpose. */
export const refuse = internalActionGeneric({
  args: {},
  handler: async () => {
    throw new ConvexError({ code: "closed", message: "We are closed." });
  },
});

/** A tool whose result is larger than a document can hold. */
export const huge = internalActionGeneric({
  args: {},
  handler: async () => "x".repeat(1_100_000),
});

/** A tool whose result has that many bytes. */
export const sized = internalActionGeneric({
  args: { bytes: v.number() },
  returns: v.string(),
  handler: async (_ctx, { bytes }) => "x".repeat(bytes),
});

/** An async tool's callback: stores the call that it receives. */
export const ask = internalActionGeneric({
  args: {
    threadId: v.string(),
    toolCallId: v.string(),
    toolName: v.string(),
    args: v.object({ question: v.string() }),
  },
  returns: v.null(),
  handler: async (_ctx, { toolCallId, args }) => {
    sideEffects.push(`${toolCallId}: ${args.question}`);
    return null;
  },
});

/** A tool that takes five seconds after its side effect. */
export const slow = internalActionGeneric({
  args: { key: v.string() },
  handler: async (_ctx, { key }) => {
    sideEffects.push(key);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    return { recorded: key };
  },
});

/** A tool that tells how far it has come, writes data into the answer, and then throws as often as `flaky` says. */
export const tells = internalActionGeneric({
  args: { key: v.string(), toolCall: vToolCallIdentity },
  handler: async (ctx, { key, toolCall }) => {
    sideEffects.push(key);
    const { attempt } = toolCall;
    await reportProgress(ctx, component, toolCall, { attempt });
    const write = (id: string | undefined, n: number, transient = false) =>
      writeData(ctx, component, toolCall, { type: "data-told", id, data: { attempt, n }, transient });
    await write("now", 1);
    await write("now", 2);
    await write(undefined, 3);
    await write("once", 4, true);
    if (flaky.failures-- > 0) throw new Error("told, and failed");
    return { recorded: key };
  },
});
