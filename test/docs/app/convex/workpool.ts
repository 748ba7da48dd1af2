import { Workpool } from "@convex-dev/workpool";
import { createWorkpoolBridge, defineInternalAgentApi } from "convex-durable-agents";
import { components, internal } from "./_generated/api";

const agentPool = new Workpool(components.agentWorkpool, { maxParallelism: 3 });
const toolPool = new Workpool(components.toolWorkpool, { maxParallelism: 10 });

export const { enqueueWorkpoolAction: enqueueAgent } = createWorkpoolBridge(agentPool);
export const { enqueueWorkpoolAction: enqueueTool } = createWorkpoolBridge(toolPool);

export const { createThread, sendMessage } = defineInternalAgentApi(
  components.durableAgents,
  internal.chat.chatAgentHandler,
  {
    workpoolEnqueueAction: internal.workpool.enqueueAgent,
    toolExecutionWorkpoolEnqueueAction: internal.workpool.enqueueTool,
  },
);
