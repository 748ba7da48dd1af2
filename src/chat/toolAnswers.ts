import { isToolUIPart, type UIMessage } from "ai";
import { encodeValue } from "../../component/lib/storable.js";
import { callAt, pendingCalls } from "../follow/transcript.js";
import type { MessageDoc } from "../types.js";
import type { ChatClient } from "./chatClient.js";
import type { ToolPart } from "./partChunks.js";
import type { ChatTransportFunctions } from "../follow/chatFunctions.js";

/**
 * Sends the answers of the chat's user to tool calls: results, errors, approvals and denials. Calls that have their answer are
 * left out.
 *
 * @param docs - the thread's newest messages.
 * @param message - the assistant's message, with the answers in its parts.
 * @returns whether there was anything to send.
 */
export async function sendToolAnswers(
  client: ChatClient,
  functions: ChatTransportFunctions,
  { threadId, docs, message }: { threadId: string; docs: MessageDoc[]; message: UIMessage },
): Promise<boolean> {
  const waiting = waitingCalls(docs);
  const answers = message.parts.filter(isToolUIPart).flatMap((part) => {
    const call = waiting.get(part.toolCallId);
    const send = call && answerTo(client, functions, { threadId, call, part });
    return send ? [send] : [];
  });
  for (const send of answers) await send();
  return answers.length > 0;
}

function waitingCalls(docs: MessageDoc[]): Map<string, ToolPart> {
  const calls = pendingCalls(docs).map((place) => callAt(docs, place)!.part);
  return new Map(calls.map((call) => [call.toolCallId, call]));
}

interface Answered {
  threadId: string;
  /** The call as the thread has it. */
  call: ToolPart;
  /** The call as the chat has it, with its user's answer. */
  part: ToolPart;
}

/** Returns a function that sends the answer to a call. Null if there is no answer yet. */
function answerTo(
  client: ChatClient,
  functions: ChatTransportFunctions,
  { threadId, call, part }: Answered,
): (() => Promise<null>) | null {
  const which = { threadId, toolCallId: part.toolCallId };
  if (call.state === "approval-requested") {
    if (part.state !== "approval-responded") return null;
    const { approved, reason } = part.approval;
    return approved
      ? () => client.mutation(required(functions, "approveToolCall"), which)
      : () => client.mutation(required(functions, "denyToolCall"), { ...which, ...(reason && { reason }) });
  }
  if (part.state === "output-available" && !part.preliminary)
    return () =>
      client.mutation(required(functions, "addToolResult"), { ...which, result: encodeValue(part.output) });
  if (part.state === "output-error")
    return () => client.mutation(required(functions, "addToolError"), { ...which, error: part.errorText });
  return null;
}

/** Returns a function that only some chats need. Throws if it is missing. */
export function required<Name extends keyof ChatTransportFunctions>(
  functions: ChatTransportFunctions,
  name: Name,
): NonNullable<ChatTransportFunctions[Name]> {
  const found = functions[name];
  if (!found) throw new Error(`createConvexChatTransport needs ${name} for this.`);
  return found;
}
