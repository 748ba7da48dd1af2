import type { UseAgentChatResult } from "convex-durable-agents/react";
import { createContext } from "react";

/** How a person answers a tool call, for the forms deep inside the messages. */
export interface ToolAnswering extends Pick<
  UseAgentChatResult,
  "addToolResult" | "addToolError" | "approveToolCall" | "denyToolCall" | "isRunning"
> {
  threadId: string;
}

export const ToolAnswers = createContext<ToolAnswering>({ threadId: "", isRunning: false });
