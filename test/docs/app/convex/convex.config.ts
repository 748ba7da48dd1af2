import rateLimiter from "@convex-dev/rate-limiter/convex.config.js";
import workpool from "@convex-dev/workpool/convex.config.js";
import { defineApp } from "convex/server";
import durableAgents from "convex-durable-agents/convex.config.js";

const app = defineApp();
app.use(durableAgents);
app.use(rateLimiter);
app.use(workpool, { name: "agentWorkpool" });
app.use(workpool, { name: "toolWorkpool" });

export default app;
