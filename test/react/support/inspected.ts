import { anyApi } from "convex/server";
import type { Explanation, MessageDoc, ThreadDoc, Transition, Turn } from "convex-durable-agents";
import type { InspectorFunctions, OverviewFunctions } from "convex-durable-agents/devtools";
import { createThreadSnapshot } from "convex-durable-agents/machines";

/** All functions of an agent, as a generated `api.chat` has them. */
export const api = anyApi.chat as unknown as InspectorFunctions & OverviewFunctions;

/** An entry of the log, which came so many seconds after the epoch. */
export const entry = (
  second: number,
  from: string,
  event: string,
  to: string,
  details?: Transition["details"],
): Transition => ({
  seq: second,
  at: second * 1_000,
  event,
  from,
  to,
  generation: 1,
  ...(details && { details }),
});

const NO_TOKENS = { input: 0, output: 0, reasoning: 0, cached: 0, cacheWrite: 0, total: 0 };
export const TURN: Turn = { turn: 1, steps: 1, tokens: NO_TOKENS, cost: 0, startedAt: 1_000, attempts: 1 };

/** A thread that waits for its tool calls. */
export const EXPLANATION: Explanation = {
  at: 20_000,
  status: "awaiting_tool_results",
  state: "running.tools",
  waitsFor: "the outcomes of its tool calls",
  waitsUntil: null,
  due: {},
  pendingCalls: { calls: [], count: 0, more: false },
  events: ["SEND", "STOP", "TOOLS_SETTLED"],
  generation: 1,
  turn: 1,
  steps: 1,
  attempt: 1,
  maxAttempts: 3,
  queued: 0,
  steered: 0,
  limits: [],
  transitions: [],
};

const snapshot = createThreadSnapshot();
export const THREAD: ThreadDoc = {
  _id: "t",
  _creationTime: 0,
  status: "awaiting_tool_results",
  title: "A trip",
  turn: 1,
  snapshot: {
    value: { running: "tools" },
    context: { ...snapshot.context, turn: 1, steps: 1, startedAt: 1_000 },
  },
  waitsUntil: null,
};

/** Its log: a step that asked for tools. */
const LOG = [
  entry(1, "settled.idle", "SEND", "running.queued"),
  entry(2, "running.queued", "STREAM_STARTED", "running.streaming"),
  entry(6, "running.streaming", "STREAM_FINISHED", "running.tools", {
    toolCalls: 2,
    tokens: { input: 900, output: 100, total: 1_000 },
  }),
];

const inTurn = (step: number, second: number) => ({ turn: 1, step, _creationTime: second * 1_000 });
const call = (toolCallId: string, toolName: string) =>
  ({ type: `tool-${toolName}`, toolCallId, state: "input-available", input: { people: 2 } }) as never;

/** Its messages. */
const MESSAGES: MessageDoc[] = [
  { ...inTurn(0, 1), id: "m1", role: "user", parts: [{ type: "text", text: "Book a table for two." }] },
  {
    ...inTurn(1, 6),
    id: "m2",
    role: "assistant",
    parts: [
      { type: "reasoning", text: "There are two places that I know." },
      { type: "text", text: "I book a table, and ask which evening suits you." },
      call("call_1", "book_table"),
      call("call_2", "ask_person"),
    ],
  },
];

/** What the agent's functions answer of that thread. */
export const ANSWERS = {
  getThread: THREAD,
  explainThread: EXPLANATION,
  listTransitions: { transitions: LOG.toReversed(), cursor: null },
  listMessages: MESSAGES,
  getUsage: {
    turn: { ...TURN, tokens: { ...NO_TOKENS, input: 900, output: 100, total: 1_000 } },
    thread: { tokens: { ...NO_TOKENS, total: 1_234 }, cost: 0 },
  },
  listTurns: { turns: [], cursor: null },
};
