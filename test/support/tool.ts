import { anyApi } from "convex/server";
import { createActionTool, createAsyncTool, type AgentTools } from "convex-durable-agents";
import { z } from "zod";
import { defaultOptions, overrides } from "./app/agent.js";
import { calls, ends, says, setScript } from "./app/model.js";

type SyncOptions = Partial<Parameters<typeof createActionTool>[0]>;

const description = "A tool of this test";
const handler = anyApi.programmable!.handler as never;

/** Gives the agent one tool, `tool`, whose handler does what `program.run` says. */
export function setSyncTool(
  options: SyncOptions = {},
  args: z.ZodType = z.object({ key: z.string() }),
): void {
  setTools({ tool: createActionTool({ description, args, handler, ...options } as never) });
}

/** Gives the agent one async tool, `tool`, whose callback does what `program.run` says. */
export function setAsyncTool(options: Omit<SyncOptions, "handler"> = {}): void {
  const args = z.object({ key: z.string() });
  setTools({ tool: createAsyncTool({ description, args, callback: handler, ...options } as never) });
}

function setTools(tools: AgentTools): void {
  overrides.options = { ...defaultOptions, tools };
}

/** The model calls the tool once for each key, with the key as the call's id, and answers when it has the outcomes. */
export function callsTool(...keys: string[]): void {
  setScript((prompt) =>
    prompt.at(-1)!.role === "tool"
      ? [...says("Done."), ...ends()]
      : [...keys.flatMap((key) => calls("tool", { key }, key)), ...ends("tool-calls")],
  );
}
