import { agentErrorData } from "convex-durable-agents";
import type { SentFile } from "../../component/validators/message.js";
import type { App, api, ownedApi } from "./harness.js";

/** What an endpoint receives: the ids of a thread and of a call that waits for a person, and more for those that take it. */
export interface Ids {
  threadId: string;
  toolCallId: string;
  messageId?: string;
  cursor?: string;
  files?: SentFile[];
  /** The key of a thread to create. */
  key?: string;
}

type Caller = Pick<App, "query" | "mutation">;
type Call = (caller: Caller, agent: typeof api | typeof ownedApi, named: Ids) => Promise<unknown>;

/** Each endpoint that takes a thread. */
export const onThread: Record<string, Call> = {
  getThread: ({ query }, { getThread }, { threadId }) => query(getThread, { threadId, inspect: true }),
  getUsage: ({ query }, { getUsage }, { threadId }) => query(getUsage, { threadId }),
  listTurns: ({ query }, { listTurns }, { threadId, cursor }) => query(listTurns, { threadId, cursor }),
  listTransitions: ({ query }, { listTransitions }, { threadId, cursor }) =>
    query(listTransitions, { threadId, cursor }),
  explainThread: ({ query }, { explainThread }, { threadId }) => query(explainThread, { threadId }),
  listMessages: ({ query }, { listMessages }, { threadId, messageId }) =>
    query(listMessages, { threadId, before: messageId }),
  "listMessagesWithStreams for messages": ({ query }, { listMessagesWithStreams }, { threadId, cursor }) =>
    query(listMessagesWithStreams, { threadId, cursor }),
  "listMessagesWithStreams for new messages": ({ query }, { listMessagesWithStreams }, { threadId }) =>
    query(listMessagesWithStreams, { threadId, streamArgs: { kind: "messages", after: 0 } }),
  "listMessagesWithStreams for deltas": ({ query }, { listMessagesWithStreams }, { threadId }) =>
    query(listMessagesWithStreams, { threadId, streamArgs: { kind: "deltas" } }),
  "listMessagesWithStreams for a tool call": ({ query }, { listMessagesWithStreams }, { threadId }) =>
    query(listMessagesWithStreams, {
      threadId,
      streamArgs: { kind: "toolCall", turn: 1, step: 1, index: 0 },
    }),
  "addToolResult with the thread's id": ({ mutation }, { addToolResult }, { threadId, toolCallId }) =>
    mutation(addToolResult, { threadId, toolCallId, result: 1 }),
  "addToolError with the thread's id": ({ mutation }, { addToolError }, { threadId, toolCallId }) =>
    mutation(addToolError, { threadId, toolCallId, error: "no" }),
  "approveToolCall with the thread's id": ({ mutation }, { approveToolCall }, { threadId, toolCallId }) =>
    mutation(approveToolCall, { threadId, toolCallId }),
  "denyToolCall with the thread's id": ({ mutation }, { denyToolCall }, { threadId, toolCallId }) =>
    mutation(denyToolCall, { threadId, toolCallId }),
  "moveToolCallDeadline with the thread's id": (
    { mutation },
    { moveToolCallDeadline },
    { threadId, toolCallId },
  ) => mutation(moveToolCallDeadline, { threadId, toolCallId, ms: 1_000 }),
  updateThread: ({ mutation }, { updateThread }, { threadId }) =>
    mutation(updateThread, { threadId, title: "Mine now", metadata: { mine: true }, archived: true }),
  addMessage: ({ mutation }, { addMessage }, { threadId, files }) =>
    mutation(addMessage, { threadId, role: "assistant", prompt: "Hi", files }),
  withdrawMessage: ({ mutation }, { withdrawMessage }, { threadId, messageId = "nonsense" }) =>
    mutation(withdrawMessage, { threadId, messageId }),
  editMessage: ({ mutation }, { editMessage }, { threadId, messageId = "nonsense", files }) =>
    mutation(editMessage, { threadId, messageId, prompt: "Hi", files }),
  regenerate: ({ mutation }, { regenerate }, { threadId, messageId }) =>
    mutation(regenerate, { threadId, messageId }),
  forkThread: ({ mutation }, { forkThread }, { threadId, messageId }) =>
    mutation(forkThread, { threadId, messageId }),
  sendMessage: ({ mutation }, { sendMessage }, { threadId, files }) =>
    mutation(sendMessage, { threadId, prompt: "Hi", files }),
  resumeThread: ({ mutation }, { resumeThread }, { threadId, files }) =>
    mutation(resumeThread, { threadId, prompt: "Hi", files }),
  stopThread: ({ mutation }, { stopThread }, { threadId }) => mutation(stopThread, { threadId }),
  deleteThread: ({ mutation }, { deleteThread }, { threadId }) => mutation(deleteThread, { threadId }),
};

/** Each endpoint that takes a tool call alone. */
export const onCall: Record<string, Call> = {
  "addToolResult without the thread's id": ({ mutation }, { addToolResult }, { toolCallId }) =>
    mutation(addToolResult, { toolCallId, result: 1 }),
  "addToolError without the thread's id": ({ mutation }, { addToolError }, { toolCallId }) =>
    mutation(addToolError, { toolCallId, error: "no" }),
  "approveToolCall without the thread's id": ({ mutation }, { approveToolCall }, { toolCallId }) =>
    mutation(approveToolCall, { toolCallId }),
  "denyToolCall without the thread's id": ({ mutation }, { denyToolCall }, { toolCallId }) =>
    mutation(denyToolCall, { toolCallId }),
  "moveToolCallDeadline without the thread's id": ({ mutation }, { moveToolCallDeadline }, { toolCallId }) =>
    mutation(moveToolCallDeadline, { toolCallId, ms: 1_000 }),
};

/** Each endpoint that takes neither: it is about the caller's own threads. */
export const onOwn: Record<string, Call> = {
  createThread: ({ mutation }, { createThread }, { files, key }) =>
    mutation(createThread, { prompt: "Hi", files, key }),
  listThreads: ({ query }, { listThreads }) => query(listThreads, {}),
  paginateThreads: ({ query }, { paginateThreads }, { cursor = null }) =>
    query(paginateThreads, { paginationOpts: { numItems: 10, cursor } }),
};

export const endpoints = { ...onThread, ...onCall };

/** The names of all endpoints in the tables above. */
export const namedEndpoints = (): string[] => [
  ...new Set(Object.keys({ ...endpoints, ...onOwn }).map((name) => name.split(" ")[0]!)),
];

/** The answer to a caller, error or not, as text without the ids that it passed. */
export async function answerText(answer: Promise<unknown>, given: Ids): Promise<string> {
  const result = await answer.catch((error: unknown) => ({
    error: agentErrorData(error) ?? (error as Error).message,
  }));
  return JSON.stringify(result ?? null)
    .replaceAll(JSON.stringify(given.threadId).slice(1, -1) || "\0", "<thread>")
    .replaceAll(given.toolCallId, "<call>");
}
