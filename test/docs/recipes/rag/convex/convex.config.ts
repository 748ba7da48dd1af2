import rag from "@convex-dev/rag/convex.config.js";
import durableAgents from "convex-durable-agents/convex.config.js";
import { defineApp } from "convex/server";
import { v } from "convex/values";

const app = defineApp({ env: { DEV_USER: v.optional(v.string()) } });
app.use(durableAgents);
app.use(rag);

export default app;
