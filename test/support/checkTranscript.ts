import type { MessageDoc } from "convex-durable-agents";
import { expect } from "vitest";

/** The outcome of a call that its turn did not wait for. */
export const CANCELLED = "cancelled";

/** Checks that a settled thread's transcript is one that a model accepts, and sums it up. */
export function checkTranscript(messages: MessageDoc[]) {
  const outcomes = new Map<string, string>();
  for (const part of messages.flatMap(({ parts }) => parts)) {
    if (!("toolCallId" in part)) continue;
    expect(outcomes.has(part.toolCallId), `${part.toolCallId} is asked for once`).toBe(false);
    expect(["output-available", "output-error"], `${part.toolCallId} has an outcome`).toContain(part.state);
    const isCancelled = part.state === "output-error" && part.errorText?.startsWith("The turn was stopped");
    outcomes.set(part.toolCallId, isCancelled ? CANCELLED : part.state);
  }
  const order = messages.map(({ turn, step }) => turn * 1_000 + step);
  expect(order, "turns and steps come in order").toEqual(order.toSorted((a, b) => a - b));
  const texts = (role: string) =>
    messages
      .filter((message) => message.role === role)
      .flatMap(({ parts }) => parts.flatMap((part) => (part.type === "text" ? [part.text] : [])));
  return { outcomes, users: texts("user"), answers: texts("assistant") };
}
