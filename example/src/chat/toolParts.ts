import type { Message } from "./message";
import type { DynamicToolUIPart, ToolUIPart } from "ai";

/** The tools of this agent that a person answers. */
const ANSWERED_BY_PERSON = new Set(["ask_person"]);

type MessagePart = Message["parts"][number];
export type ToolPartOf = Extract<MessagePart, ToolUIPart | DynamicToolUIPart>;

// The AI SDK has these two as well, along with all that a page does not need.
export const isToolPart = (part: MessagePart): part is ToolPartOf =>
  part.type === "dynamic-tool" || part.type.startsWith("tool-");

export const nameOf = (part: ToolPartOf): string =>
  part.type === "dynamic-tool" ? part.toolName : part.type.slice("tool-".length);

/** What a thread needs of a person. */
export type Need = "answer" | "approval";

/** What a call of a running turn needs of a person, or null. */
export function needOf(part: ToolPartOf): Need | null {
  if (part.state === "approval-requested") return "approval";
  return part.state === "input-available" && ANSWERED_BY_PERSON.has(nameOf(part)) ? "answer" : null;
}

/** The question of a call that a person answers. */
export const questionOf = ({ input }: ToolPartOf): string =>
  input !== null && typeof input === "object" && "question" in input ? String(input.question) : "Your answer";

/** The first call of a running turn that cannot go on without a person, or null. */
export function firstInNeed(messages: Message[]): { part: ToolPartOf; need: Need } | null {
  for (const part of messages.flatMap(({ parts }) => parts).filter(isToolPart)) {
    const need = needOf(part);
    if (need) return { part, need };
  }
  return null;
}
