import type { ThreadStatus } from "convex-durable-agents/react";
import { useState } from "react";
import type { Need } from "./toolParts";

const SAYS: Partial<Record<ThreadStatus | Need, string>> = {
  answer: "Needs your answer",
  approval: "Needs your approval",
  completed: "Answer complete",
};

/**
 * Tells people who do not see the page how the answer goes. What was so when the thread was opened is no news, unless
 * it needs them; failures and stops have a notice of their own.
 */
export function Announcer({ status, need }: { status: ThreadStatus; need: Need | null }) {
  const phase = need ?? status;
  const [before, setBefore] = useState<string>("completed");
  const [words, setWords] = useState("");
  if (phase !== before) {
    setBefore(phase);
    setWords(SAYS[phase] ?? "");
  }
  return (
    <p className="visually-hidden" role="status">
      {words}
    </p>
  );
}
