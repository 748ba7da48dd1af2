import workpool from "@convex-dev/workpool/convex.config.js";
import durableAgents from "convex-durable-agents/convex.config.js";
import { defineApp } from "convex/server";
import { v } from "convex/values";

const app = defineApp({ env: { DEV_USER: v.optional(v.string()) } });
app.use(durableAgents);
app.use(workpool, { name: "agentWorkpool" });
app.use(workpool, { name: "toolWorkpool" });

export default app;
