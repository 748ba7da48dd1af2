import type { MessageDoc } from "convex-durable-agents";

type Part = MessageDoc["parts"][number];
/** A tool call as a message has it. */
export type ToolCall = Extract<Part, { toolCallId: string }>;

/** The tools of this agent that a person answers. */
const ANSWERED_BY_PERSON = new Set(["ask_person"]);

const PENDING = new Set<ToolCall["state"]>(["input-available", "approval-requested", "approval-responded"]);

export const isToolCall = (part: Part): part is ToolCall => "toolCallId" in part;

export const toolNameOf = (call: ToolCall): string =>
  call.type === "dynamic-tool" ? call.toolName : call.type.slice("tool-".length);

export const isPending = ({ state }: ToolCall): boolean => PENDING.has(state);

/** The agent has asked a person, who has not answered yet. */
export const isQuestion = (call: ToolCall): boolean =>
  call.state === "input-available" && ANSWERED_BY_PERSON.has(toolNameOf(call));

/** The call waits for a person to approve it. */
export const needsApproval = ({ state }: ToolCall): boolean => state === "approval-requested";

/** What the agent asks with a call that is a question. */
export const questionOf = ({ input }: ToolCall): string => (input as { question: string }).question;
