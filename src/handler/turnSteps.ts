import { getToolName, isToolUIPart, type StepResult, type StopCondition, type ToolSet } from "ai";
import type { MessageDoc } from "../types.js";
import { fromStoredUsage } from "./usage.js";

/** The AI SDK's result of a step. The tool set is known at run time only. */
export type Step = StepResult<ToolSet>;

/** The answers of the steps that a turn has completed. */
export const answersOf = (messages: MessageDoc[], turn: number): MessageDoc[] =>
  messages.filter(
    ({ role, ...message }) => role === "assistant" && message.turn === turn && message.step > 0,
  );

/** Returns the AI SDK's result of one model call as a step of its turn: plain data in place of the SDK's getters. */
export function ofTurn(step: Step, stepNumber: number): Step {
  const { text, reasoning, reasoningText, files, sources } = step;
  const { toolCalls, staticToolCalls, dynamicToolCalls } = step;
  const { toolResults, staticToolResults, dynamicToolResults } = step;
  return {
    ...step,
    stepNumber,
    text,
    reasoning,
    reasoningText,
    files,
    sources,
    toolCalls,
    staticToolCalls,
    dynamicToolCalls,
    toolResults,
    staticToolResults,
    dynamicToolResults,
  };
}

/**
 * Whether the turn's steps so far meet one of the AI SDK's stop conditions. A turn without steps goes on, and so does one whose
 * last message is a user's, which has to be answered whatever the conditions say.
 */
export async function shouldStop(
  stopWhen: StopCondition<ToolSet> | StopCondition<ToolSet>[] | undefined,
  steps: Step[],
  messages: MessageDoc[],
): Promise<boolean> {
  if (steps.length === 0 || messages.at(-1)?.role === "user") return false;
  const conditions = [stopWhen ?? []].flat();
  const met = await Promise.all(conditions.map(async (condition) => condition({ steps })));
  return met.some(Boolean);
}

/**
 * Returns a stored step in the AI SDK's form, for stop conditions and `prepareStep`: with the answer and the outcomes of its tools,
 * without the request.
 */
export function toStepResult(message: MessageDoc, stepIndex: number): Step {
  const { parts, finishReason, usage, providerMetadata } = message;
  const text = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
  const reasoning = parts.flatMap((part) =>
    part.type === "reasoning" ? [{ type: "reasoning" as const, text: part.text }] : [],
  );
  const calls = parts.filter(isToolUIPart).map((part) => ({
    toolCallId: part.toolCallId,
    toolName: getToolName(part),
    input: part.input,
    dynamic: true as const,
    providerExecuted: part.providerExecuted,
    part,
  }));
  const toolCalls = calls.map(({ part: _, ...call }) => ({ type: "tool-call" as const, ...call }));
  const toolResults = calls.flatMap(({ part, ...call }) =>
    part.state === "output-available" ? [{ type: "tool-result" as const, ...call, output: part.output }] : [],
  );
  const toolErrors = calls.flatMap(({ part, ...call }) =>
    part.state === "output-error" ? [{ type: "tool-error" as const, ...call, error: part.errorText }] : [],
  );
  const step: Omit<Step, keyof typeof NOT_STORED> = {
    stepNumber: stepIndex,
    model: { provider: usage?.provider ?? "", modelId: usage?.model ?? "" },
    content: [
      ...(text ? [{ type: "text" as const, text }] : []),
      ...toolCalls,
      ...toolResults,
      ...toolErrors,
    ],
    text,
    reasoning,
    reasoningText: reasoning.map((part) => part.text).join("") || undefined,
    files: [],
    sources: [],
    toolCalls,
    staticToolCalls: [],
    dynamicToolCalls: toolCalls,
    toolResults,
    staticToolResults: [],
    dynamicToolResults: toolResults,
    finishReason: (finishReason ?? "other") as Step["finishReason"],
    rawFinishReason: undefined,
    usage: fromStoredUsage(usage),
    warnings: undefined,
    request: {},
    response: {
      id: message.id,
      timestamp: new Date(message._creationTime),
      modelId: usage?.model ?? "",
      messages: [],
    },
    providerMetadata,
  };
  return { ...step, ...(NOT_STORED as object) } as Step;
}

/** What a stored step has in place of the fields that only AI SDK 6, or only 7, has. */
const NOT_STORED = {
  functionId: undefined,
  metadata: undefined,
  experimental_context: undefined,
  callId: "",
  toolsContext: {},
  runtimeContext: {},
  performance: {},
};
