import { streamHandlerAction } from "convex-durable-agents";
import { components, model } from "./app.js";

export const handler = streamHandlerAction(components.durableAgents, { model });
