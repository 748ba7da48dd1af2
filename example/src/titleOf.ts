import type { ThreadDoc } from "convex-durable-agents/react";

/** What a thread is called. */
export const titleOf = ({ title }: ThreadDoc): string => title ?? "Untitled";
