import { Workpool } from "@convex-dev/workpool";
import { createWorkpoolBridge } from "convex-durable-agents";
import { components } from "./_generated/api";

const agents = new Workpool(components.agentWorkpool, { maxParallelism: 12 });
const tools = new Workpool(components.toolWorkpool, { maxParallelism: 8 });

export const { enqueueWorkpoolAction: enqueueStep } = createWorkpoolBridge(agents);
export const { enqueueWorkpoolAction: enqueueTool } = createWorkpoolBridge(tools);
