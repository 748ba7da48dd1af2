import type { TurnLimits } from "../machines/events.js";
import type { ThreadSnapshot } from "../machines/snapshot.js";
import { runningPart } from "../machines/status.js";
import { threadSnapshot } from "../machines/stored.js";
import type { Doc, Id } from "./_generated/dataModel.js";
import type { MutationCtx } from "./_generated/server.js";
import { withAgent } from "./agents.js";
import { dispatch } from "./dispatch.js";
import { fail } from "./errors.js";
import { behindStep, positionOf } from "./position.js";
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
  const renewed = await withAgent(ctx, thread, agent);
  // Every state of a thread that readers find takes a message.
  const { snapshot } = (await dispatch(ctx, renewed, { type: EVENTS[whileRunning], limits }))!;
  const position = positionOfSent(before, snapshot);
  return insertUserMessage(ctx, { threadId: thread._id, position, parts, key });
}

/** Where a message stands: behind those that wait, if it does, or else at the head of the turn that it began. */
function positionOfSent(before: ThreadSnapshot, { context }: ThreadSnapshot): number {
  const { turn, steps, queued, steered } = context;
  if (queued > before.context.queued) return positionOf(turn + 1, 0);
  if (steered > before.context.steered)
    return behindStep(turn, runningPart(before) === "streaming" ? steps + 1 : steps);
  return positionOf(turn, 0);
}
