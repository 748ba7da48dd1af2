import { anyApi, type ApiFromModules } from "convex/server";
import {
  agentErrorData,
  createActionTool,
  defineAgentApi,
  type AgentApiOptions,
} from "convex-durable-agents";
import { expect, test } from "vitest";
import { z } from "zod";
import { component, defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import type { owned } from "../support/app/owned.js";
import { program } from "../support/app/programmable.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup } from "../support/harness.js";
import { sentOutcomes } from "../support/inspect.js";

const missing = anyApi.agents!.support!.nowhere as never;
const handler = anyApi.agent!.handler as never;
const define = (streamHandler: never, options?: AgentApiOptions) =>
  defineAgentApi(component, streamHandler, options);

const agents: [string, string, typeof owned][] = [
  ["stream handler", "stream_handler_not_found", define(missing)],
  ["workpool bridge", "workpool_bridge_not_found", define(handler, { workpoolEnqueueAction: missing })],
  [
    "workpool bridge",
    "workpool_bridge_not_found",
    define(handler, { toolExecutionWorkpoolEnqueueAction: missing }),
  ],
  ["onStatusChange mutation", "status_mutation_not_found", define(handler, { onStatusChange: missing })],
];

test.each(agents)(
  "a %s that does not exist is named by the call that would need it",
  async (what, code, agent) => {
    const app = setup({ modules: { "./app/mistaken.ts": () => Promise.resolve(agent) } });
    const { mistaken } = anyApi as unknown as ApiFromModules<{ mistaken: typeof owned }>;
    setScript([[...says("Hello."), ...ends()]]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    const settled = await app.settle(threadId);
    const starting = [
      () => app.mutation(mistaken.createThread, { prompt: "Go" }),
      () => app.mutation(mistaken.sendMessage, { threadId, prompt: "Go" }),
      () => app.mutation(mistaken.resumeThread, { threadId }),
      () => app.mutation(mistaken.regenerate, { threadId }),
      () => app.mutation(mistaken.forkThread, { threadId }),
    ];
    for (const start of starting) {
      const error: unknown = await start().catch((error: unknown) => error);
      expect(agentErrorData(error)).toEqual({
        code,
        message:
          `The ${what} agents/support:nowhere does not exist. Export nowhere from convex/agents/support.ts, ` +
          "or correct the reference, and run `npx convex dev` or `npx convex deploy`.",
      });
    }
    expect(await app.query(api.listThreads, {})).toHaveLength(1);
    expect(await app.query(api.getThread, { threadId, inspect: true })).toEqual(settled);
  },
);

const tool = { description: "A tool", args: z.object({}), handler: anyApi.programmable!.handler as never };
const tools = {
  handler: createActionTool({ ...tool, handler: missing }),
  "shouldRetryError action": createActionTool({ ...tool, retry: { shouldRetryError: missing } }),
  "needsApproval action": createActionTool({ ...tool, needsApproval: missing }),
};

test.each(Object.entries(tools))(
  "a tool's %s that does not exist is named by the call's outcome, and the turn goes on",
  async (what, tool) => {
    const app = setup();
    overrides.options = { ...defaultOptions, tools: { ...defaultOptions.tools, tool } };
    program.run = () => sideEffects.push("ran");
    setScript([
      [...calls("tool", {}, "1"), ...calls("record", { key: "a" }, "2"), ...ends("tool-calls")],
      [...says("Done."), ...ends()],
    ]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    const outcomes = sentOutcomes(modelCalls[1]!.prompt);
    const named = `This tool cannot be used: its ${what} agents/support:nowhere does not exist.`;
    expect(outcomes).toEqual([
      ["1", { type: "error-text", value: expect.stringContaining(named) as string }],
      ["2", { type: "json", value: { recorded: "a" } }],
    ]);
    expect(sideEffects).toEqual(["a"]);
  },
);
