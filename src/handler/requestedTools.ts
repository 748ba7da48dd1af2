import { getToolName, isToolUIPart, type UIMessage } from "ai";
import type { Caller, RequestedToolCall } from "../../component/validators/thread.js";
import type { Failure } from "../../machines/failure.js";
import { encodeValue, toArguments } from "../../component/lib/storable.js";
import { wellFormed } from "../../component/lib/text.js";
import { argsFor } from "../../component/running/toolRun.js";
import type { StoredToolPart } from "../api/messageDocs.js";
import { isDurableTool, toRun, type AgentTools } from "../tools/agentTools.js";
import { resolveAction } from "../tools/functionReference.js";
import type { DurableTool } from "../tools/tools.js";
import type { ActionCtx } from "../types.js";

type Part = UIMessage["parts"][number];
type ToolPart = Extract<Part, { toolCallId: string }>;

/** A step's message and its tool calls, as they are committed. */
export interface CommittableStep {
  parts: unknown[];
  toolCalls: RequestedToolCall[];
}

/** The tools of a step, and for whom it runs. */
interface Agent {
  tools: AgentTools;
  caller: Caller;
}

/**
 * Separates a step's durable tool calls from its message. A call that cannot run, because the tool is unknown or its schema
 * refuses the arguments, is rejected: the model sees why, and the turn goes on. Calls that the provider ran itself stay in the
 * message.
 */
export async function toCommittable(
  ctx: ActionCtx,
  message: UIMessage,
  agent: Agent,
): Promise<CommittableStep> {
  const toolCalls: RequestedToolCall[] = [];
  const parts: unknown[] = [];
  for (const part of message.parts) {
    // Each step is a message of its own, without a separator.
    if (part.type === "step-start") continue;
    // Only AI SDK 7 has it, for its provider alone.
    if ((part.type as string) === "custom") continue;
    // The answer was cut off inside the call's arguments: there is no call.
    if (isToolUIPart(part) && part.state === "input-streaming") continue;
    if (!isToolUIPart(part) || part.providerExecuted) {
      parts.push(encodeValue(asKnown(part)));
    } else {
      toolCalls.push(await toRequest(ctx, part, agent));
      parts.push(encodeValue(toStored(part)));
    }
  }
  return { parts, toolCalls };
}

/** A file of the model's reasoning is a file in AI SDK 6. */
const asKnown = (part: Part) =>
  (part.type as string) === "reasoning-file" ? { ...part, type: "file" } : part;

async function toRequest(
  ctx: ActionCtx,
  part: ToolPart,
  { tools, caller }: Agent,
): Promise<RequestedToolCall> {
  const toolName = getToolName(part);
  const tool = Object.hasOwn(tools, toolName) ? tools[toolName] : undefined;
  const rawInput = "rawInput" in part ? part.rawInput : undefined;
  const input = encodeValue(part.input ?? rawInput ?? {});
  const call = { toolCallId: wellFormed(part.toolCallId), toolName: wellFormed(toolName), input };
  const rejected = (code: string, message: string) => ({
    ...call,
    run: { rejected: { code, message: wellFormed(message) } },
  });
  if (part.state === "output-error") return rejected("invalid_tool_call", part.errorText);
  if (!tool || !isDurableTool(tool)) return rejected("unknown_tool", `There is no tool "${toolName}".`);
  const decision = await needsApproval(ctx, tool, input, caller);
  return { ...call, run: typeof decision === "boolean" ? await toRun(tool, decision, caller) : decision };
}

/** Whether a person has to approve the call. If the action that decides fails, a person has to; if it does not exist, the call is rejected. */
async function needsApproval(
  ctx: ActionCtx,
  { needsApproval = false, identity, nameForHandler }: DurableTool,
  input: unknown,
  { owner, sender }: Caller,
): Promise<boolean | { rejected: Failure }> {
  if (typeof needsApproval === "boolean") return needsApproval;
  try {
    const given = argsFor(nameForHandler, input);
    const args = identity
      ? { ...(given as object), caller: { owner: owner ?? null, sender: sender ?? null } }
      : given;
    return (await ctx.runAction(needsApproval, toArguments(args))) !== false;
  } catch {
    const resolved = await resolveAction(needsApproval, "needsApproval action");
    return "rejected" in resolved ? resolved : true;
  }
}

/** A tool call's part without its input and outcome, which are in the call's own row. */
function toStored(part: ToolPart): StoredToolPart {
  const { type, toolCallId, title } = part;
  // The SDK keeps the metadata of a call that cannot be run with its error.
  const ofError = part.state === "output-error" ? part.resultProviderMetadata : undefined;
  const callProviderMetadata = part.callProviderMetadata ?? ofError;
  const toolName = part.type === "dynamic-tool" ? part.toolName : undefined;
  return { type, toolCallId, toolName, title, callProviderMetadata };
}
