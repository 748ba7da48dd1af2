import { Workpool } from "@convex-dev/workpool";
import { createWorkpoolBridge } from "convex-durable-agents";
import { components } from "./_generated/api";

const pool = new Workpool(components.agentWorkpool, { maxParallelism: 3 });

/** Used when `AGENT_WORKPOOL` is set in the environment: then three model calls and tools run at a time. */
export const { enqueueWorkpoolAction } = createWorkpoolBridge(pool);
