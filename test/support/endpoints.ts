import { agentErrorData } from "convex-durable-agents";
import type { App, api, ownedApi } from "./harness.js";

/** The ids that an endpoint receives: of a thread, and of a call that waits for a person. */
interface Ids {
  threadId: string;
  toolCallId: string;
}

type Caller = Pick<App, "query" | "mutation">;
type Call = (caller: Caller, agent: typeof api | typeof ownedApi, named: Ids) => Promise<unknown>;

/** Each endpoint that takes a thread. */
export const onThread: Record<string, Call> = {
  getThread: ({ query }, { getThread }, { threadId }) => query(getThread, { threadId, inspect: true }),
  getUsage: ({ query }, { getUsage }, { threadId }) => query(getUsage, { threadId }),
  listTurns: ({ query }, { listTurns }, { threadId }) => query(listTurns, { threadId }),
  listTransitions: ({ query }, { listTransitions }, { threadId }) => query(listTransitions, { threadId }),
  explainThread: ({ query }, { explainThread }, { threadId }) => query(explainThread, { threadId }),
  listMessages: ({ query }, { listMessages }, { threadId }) => query(listMessages, { threadId }),
  "listMessagesWithStreams for messages": ({ query }, { listMessagesWithStreams }, { threadId }) =>
    query(listMessagesWithStreams, { threadId }),
  "listMessagesWithStreams for new messages": ({ query }, { listMessagesWithStreams }, { threadId }) =>
    query(listMessagesWithStreams, { threadId, streamArgs: { kind: "messages", after: 0 } }),
  "listMessagesWithStreams for deltas": ({ query }, { listMessagesWithStreams }, { threadId }) =>
    query(listMessagesWithStreams, { threadId, streamArgs: { kind: "deltas" } }),
  "listMessagesWithStreams for a tool call": ({ query }, { listMessagesWithStreams }, { threadId }) =>
    query(listMessagesWithStreams, {
      threadId,
      streamArgs: { kind: "toolCall", turn: 1, step: 1, index: 0 },
    }),
  "addToolResult with the thread's id": ({ mutation }, { addToolResult }, named) =>
    mutation(addToolResult, { ...named, result: 1 }),
  "addToolError with the thread's id": ({ mutation }, { addToolError }, named) =>
    mutation(addToolError, { ...named, error: "no" }),
  "approveToolCall with the thread's id": ({ mutation }, { approveToolCall }, named) =>
    mutation(approveToolCall, named),
  "denyToolCall with the thread's id": ({ mutation }, { denyToolCall }, named) =>
    mutation(denyToolCall, named),
  "moveToolCallDeadline with the thread's id": ({ mutation }, { moveToolCallDeadline }, named) =>
    mutation(moveToolCallDeadline, { ...named, ms: 1_000 }),
  updateThread: ({ mutation }, { updateThread }, { threadId }) =>
    mutation(updateThread, { threadId, title: "Mine now", metadata: { mine: true }, archived: true }),
  addMessage: ({ mutation }, { addMessage }, { threadId }) =>
    mutation(addMessage, { threadId, role: "assistant", prompt: "Hi" }),
  withdrawMessage: ({ mutation }, { withdrawMessage }, { threadId }) =>
    mutation(withdrawMessage, { threadId, messageId: "nonsense" }),
  editMessage: ({ mutation }, { editMessage }, { threadId }) =>
    mutation(editMessage, { threadId, messageId: "nonsense", prompt: "Hi" }),
  regenerate: ({ mutation }, { regenerate }, { threadId }) => mutation(regenerate, { threadId }),
  forkThread: ({ mutation }, { forkThread }, { threadId }) => mutation(forkThread, { threadId }),
  sendMessage: ({ mutation }, { sendMessage }, { threadId }) =>
    mutation(sendMessage, { threadId, prompt: "Hi" }),
  resumeThread: ({ mutation }, { resumeThread }, { threadId }) =>
    mutation(resumeThread, { threadId, prompt: "Hi" }),
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
  createThread: ({ mutation }, { createThread }) => mutation(createThread, { prompt: "Hi" }),
  listThreads: ({ query }, { listThreads }) => query(listThreads, {}),
  paginateThreads: ({ query }, { paginateThreads }) =>
    query(paginateThreads, { paginationOpts: { numItems: 10, cursor: null } }),
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
