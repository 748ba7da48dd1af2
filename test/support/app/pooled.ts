import { Workpool } from "@convex-dev/workpool";
import { anyApi, componentsGeneric } from "convex/server";
import { createWorkpoolBridge, defineAgentApi } from "convex-durable-agents";
import { component } from "./agent.js";

const { agentWorkpool, toolWorkpool } = componentsGeneric() as unknown as Record<
  string,
  Workpool["component"]
>;
const options = { maxParallelism: 3, logLevel: "ERROR" } as const;

export const { enqueueWorkpoolAction: enqueueAgentAction } = createWorkpoolBridge(
  new Workpool(agentWorkpool!, options),
);
export const { enqueueWorkpoolAction: enqueueToolAction } = createWorkpoolBridge(
  new Workpool(toolWorkpool!, options),
);

/** The agent of agent.ts, its stream handler and its tools each in a pool of three. */
export const { createThread, sendMessage, stopThread, deleteThread } = defineAgentApi(
  component,
  anyApi.agent!.handler as never,
  {
    workpoolEnqueueAction: anyApi.pooled!.enqueueAgentAction as never,
    toolExecutionWorkpoolEnqueueAction: anyApi.pooled!.enqueueToolAction as never,
  },
);
