import { getToolName, isToolUIPart, type UIMessage } from "ai";
import type { RequestedToolCall } from "../../component/validators/thread.js";
import type { Failure } from "../../machines/failure.js";
import { encodeValue } from "../values/convexValue.js";
import type { StoredToolPart } from "../api/messageDocs.js";
import { isDurableTool, toRun, type AgentTools } from "../tools/agentTools.js";
import { resolveAction } from "../tools/functionReference.js";
import type { DurableTool } from "../tools/tools.js";
import type { ActionCtx } from "../types.js";

type Part = UIMessage["parts"][number];
type ToolPart = Extract<Part, { toolCallId: string }>;

/** A step's message and the tool calls it asks for, in the form in which they are committed. */
export interface CommittableStep {
  parts: unknown[];
  toolCalls: RequestedToolCall[];
}

/**
 * Takes the tool calls that are ours to run out of a step's message. Calls that cannot be run, because the tool
 * is unknown or its schema refuses the arguments, come out as rejected: the model sees why, and the turn goes on.
 * What the provider ran itself stays in the message.
 */
export async function toCommittable(
  ctx: ActionCtx,
  message: UIMessage,
  tools: AgentTools,
): Promise<CommittableStep> {
  const toolCalls: RequestedToolCall[] = [];
  const parts: unknown[] = [];
  for (const part of message.parts) {
    // Each step is a message of its own.
    if (part.type === "step-start") continue;
    // The answer was cut off inside the call's arguments: there is no call.
    if (isToolUIPart(part) && part.state === "input-streaming") continue;
    if (!isToolUIPart(part) || part.providerExecuted) {
      parts.push(encodeValue(part));
    } else {
      toolCalls.push(await toRequest(ctx, part, tools));
      parts.push(encodeValue(toStored(part)));
    }
  }
  return { parts, toolCalls };
}

async function toRequest(ctx: ActionCtx, part: ToolPart, tools: AgentTools): Promise<RequestedToolCall> {
  const toolName = getToolName(part);
  const tool = Object.hasOwn(tools, toolName) ? tools[toolName] : undefined;
  const rawInput = "rawInput" in part ? part.rawInput : undefined;
  const input = encodeValue(part.input ?? rawInput ?? {});
  const call = { toolCallId: part.toolCallId, toolName, input };
  if (part.state === "output-error")
    return { ...call, run: { rejected: { code: "invalid_tool_call", message: part.errorText } } };
  if (!tool || !isDurableTool(tool))
    return {
      ...call,
      run: { rejected: { code: "unknown_tool", message: `There is no tool "${toolName}".` } },
    };
  const decision = await needsApproval(ctx, tool, input);
  return { ...call, run: typeof decision === "boolean" ? await toRun(tool, decision) : decision };
}

/** A decision that fails is left to a person; one that nothing can make rejects the call. */
async function needsApproval(
  ctx: ActionCtx,
  { needsApproval = false }: DurableTool,
  input: unknown,
): Promise<boolean | { rejected: Failure }> {
  if (typeof needsApproval === "boolean") return needsApproval;
  try {
    return (await ctx.runAction(needsApproval, input)) !== false;
  } catch {
    const resolved = await resolveAction(needsApproval, "needsApproval action");
    return "rejected" in resolved ? resolved : true;
  }
}

/** The call's input and outcome live in its own row. */
function toStored(part: ToolPart): StoredToolPart {
  const { type, toolCallId, title } = part;
  // The SDK keeps the metadata of a call that cannot be run with its error.
  const ofError = part.state === "output-error" ? part.resultProviderMetadata : undefined;
  const callProviderMetadata = part.callProviderMetadata ?? ofError;
  const toolName = part.type === "dynamic-tool" ? part.toolName : undefined;
  return { type, toolCallId, toolName, title, callProviderMetadata };
}
