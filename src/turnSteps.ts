import { getToolName, isToolUIPart, type StepResult, type StopCondition, type ToolSet } from "ai";
import type { MessageDoc } from "./types.js";

/** The tool set is known at run time only. */
type Step = StepResult<ToolSet>;

const noTokenDetails = {
  inputTokenDetails: { noCacheTokens: undefined, cacheReadTokens: undefined, cacheWriteTokens: undefined },
  outputTokenDetails: { textTokens: undefined, reasoningTokens: undefined },
};

/** The steps that a turn has completed, in the AI SDK's form, as stop conditions and `prepareStep` take them. */
export function turnSteps(messages: MessageDoc[], turn: number): Step[] {
  return messages.filter((message) => message.turn === turn && message.step > 0).map(toStepResult);
}

/** Whether one of the AI SDK's stop conditions is met by the steps so far. A turn without steps goes on. */
export async function shouldStop(
  stopWhen: StopCondition<ToolSet> | StopCondition<ToolSet>[] | undefined,
  steps: Step[],
): Promise<boolean> {
  if (steps.length === 0 || stopWhen === undefined) return false;
  const conditions = [stopWhen].flat();
  const met = await Promise.all(conditions.map(async (condition) => condition({ steps })));
  return met.some(Boolean);
}

/** A stored step holds what the model said and what its tools answered, not the request it was an answer to. */
function toStepResult(message: MessageDoc, stepIndex: number): Step {
  const { parts, finishReason, usage } = message;
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
  return {
    stepNumber: stepIndex,
    model: { provider: "", modelId: "" },
    functionId: undefined,
    metadata: undefined,
    experimental_context: undefined,
    content: [...(text ? [{ type: "text" as const, text }] : []), ...toolCalls, ...toolResults],
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
    usage: {
      inputTokens: undefined,
      outputTokens: undefined,
      totalTokens: undefined,
      ...noTokenDetails,
      ...usage,
    },
    warnings: undefined,
    request: {},
    response: { id: message.id, timestamp: new Date(message._creationTime), modelId: "", messages: [] },
    providerMetadata: undefined,
  };
}
