import { anyApi, internalMutationGeneric, type FunctionHandle } from "convex/server";
import { v } from "convex/values";
import { defineAgentApi } from "convex-durable-agents";
import { parseHandle } from "../../../example/embedded/functionHandles.js";
import { component } from "../../support/app/agent.js";
import type { Modules } from "../../support/functions.js";
import type { api } from "../../support/harness.js";
import { componentFunctions, STREAM_HANDLER, type Sent } from "./sent.js";

interface Request {
  action?: string;
  args: Sent["args"];
  onComplete: string;
  context: unknown;
}

const nameOf = (handle: string): string => {
  const { udfPath } = parseHandle(handle);
  return componentFunctions.has(udfPath) ? udfPath : STREAM_HANDLER;
};

/** An agent whose workpools run what they take at once. `sent` is what such a pool keeps: work, and whom to tell of its end. */
export function recordingPools() {
  const sent: Sent[] = [];
  const enqueue = internalMutationGeneric({
    args: v.any(),
    handler: async (ctx, { action, args, onComplete, context }: Request) => {
      if (action === undefined) return null;
      const result = { kind: "success", returnValue: null };
      sent.push(
        { to: nameOf(action), args },
        { to: nameOf(onComplete), args: { workId: "work", context, result } },
      );
      return ctx.scheduler.runAfter(0, action as FunctionHandle<"action">, args);
    },
  });
  const bridge = anyApi.recording!.enqueue as never;
  const agent = defineAgentApi(component, anyApi.agent!.handler as never, { workpoolEnqueueAction: bridge });
  const modules: Modules = { "./app/recording.ts": () => Promise.resolve({ enqueue, ...agent }) };
  return {
    sent,
    modules,
    createThread: anyApi.recording!.createThread as unknown as typeof api.createThread,
  };
}
