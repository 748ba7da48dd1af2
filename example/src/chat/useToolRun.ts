import { useQuery } from "convex/react";
import { useState } from "react";
import { api } from "../../convex/_generated/api";
import { useDuration } from "./useDuration";

/**
 * How a tool call runs, as this page sees it: the time it takes, in milliseconds, and how often it was tried. What was over
 * before the page saw it has null and 1: a message does not keep either.
 */
export function useToolRun(threadId: string, toolCallId: string, runs: boolean) {
  const duration = useDuration(runs);
  const [attempt, setAttempt] = useState(1);
  const explanation = useQuery(api.chat.explainThread, runs ? { threadId } : "skip");
  const call = explanation?.pendingCalls.calls.find((pending) => pending.toolCallId === toolCallId);
  if (call && call.attempt > attempt) setAttempt(call.attempt);
  return { duration, attempt, isWaiting: call?.state === "backoff" };
}
