import type { ConvexClient } from "convex/browser";
import {
  describeThread,
  recordHistory,
  stepThread,
  type RecordedHistory,
} from "convex-durable-agents/machines";
import { api } from "../convex/_generated/api";

/** Reads a thread's log as JSON, to be kept in a file. */
export async function saveHistory(client: ConvexClient, threadId: string): Promise<string> {
  const { transitions } = await client.query(api.chat.listTransitions, { threadId, limit: 500 });
  return JSON.stringify(recordHistory(transitions.toReversed()));
}

/** Follows a saved history through the installed machine, and throws where it leads elsewhere. */
export function followHistory({ start, events }: RecordedHistory): void {
  let snapshot = start;
  for (const { event, state } of events) {
    ({ snapshot } = stepThread(snapshot, event, event.at));
    const now = describeThread(snapshot).state;
    if (now !== state) throw new Error(`${event.type} leads to ${now}, and led to ${state}.`);
  }
}
