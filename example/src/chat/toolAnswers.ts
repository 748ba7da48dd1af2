import type { UseAgentChatResult } from "convex-durable-agents/react";
import { createContext } from "react";

/** How a person answers a tool call, for the forms deep inside the messages. */
export type ToolAnswering = Pick<
  UseAgentChatResult,
  "addToolResult" | "addToolError" | "approveToolCall" | "denyToolCall" | "isRunning"
>;

export const ToolAnswers = createContext<ToolAnswering>({ isRunning: false });
