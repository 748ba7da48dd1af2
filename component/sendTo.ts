import type { TurnLimits } from "../machines/events.js";
import { runningPart } from "../machines/status.js";
import { threadSnapshot } from "../machines/stored.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";
import { agentRow } from "./agents.js";
import { dispatch } from "./dispatch.js";
import { fail } from "./errors.js";
import { insertUserMessage, type partsOf } from "./userMessage.js";
import type { Agent, WhileRunning } from "./validators.js";

/** A message on its way to a thread. */
export interface Sent {
  parts: ReturnType<typeof partsOf>;
  whileRunning: WhileRunning;
  key?: string;
  agent: Agent;
  limits?: TurnLimits;
}

const EVENTS = { queue: "SEND", steer: "STEER", interrupt: "INTERRUPT", reject: "SEND" } as const;

/** A message that steers a turn stands between the step that runs and the next one. */
const BETWEEN_STEPS = 0.5;

/**
 * Stores a user's message where the thread's machine says that it belongs.
 *
 * @throws thread_running
 */
export async function sendTo(
  ctx: MutationCtx,
  thread: Doc<"threads">,
  { parts, whileRunning, key, agent, limits }: Sent,
): Promise<Id<"messages">> {
  const isRunning = thread.status === "streaming" || thread.status === "awaiting_tool_results";
  if (isRunning && whileRunning === "reject")
    throw fail("thread_running", `The thread is running (${thread.status}).`);
  const before = threadSnapshot(thread.snapshot);
  const renewed = { ...thread, agent: await agentRow(ctx, agent) };
  const sent = await dispatch(ctx, renewed, { type: EVENTS[whileRunning], limits });
  const { context } = (sent ?? { snapshot: before }).snapshot;
  const message = { threadId: thread._id, parts, key };
  if (context.queued > before.context.queued)
    return insertUserMessage(ctx, { ...message, turn: context.turn + 1 });
  if (context.steered > before.context.steered) {
    const step = context.steps + (runningPart(before) === "streaming" ? 1 : 0) + BETWEEN_STEPS;
    return insertUserMessage(ctx, { ...message, turn: context.turn, step });
  }
  return insertUserMessage(ctx, { ...message, turn: context.turn });
}
