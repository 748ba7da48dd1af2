import type { AgentMessage } from "convex-durable-agents/react";

/** What a message says, without its thoughts, tools and files. */
export const textOf = ({ parts }: AgentMessage): string =>
  parts.flatMap((part) => (part.type === "text" ? [part.text.trim()] : [])).join("\n\n");
