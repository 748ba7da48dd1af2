import type { Message } from "./message";
import { inWords } from "./useDuration";

const DOLLARS = { style: "currency", currency: "USD", maximumSignificantDigits: 2 } as const;

/** Which model wrote the last step of an answer, how long that took, and what it cost. */
export function AnswerFacts({ message }: { message: Message }) {
  const { custom } = message.metadata!;
  if (message.role !== "assistant" || !custom) return null;
  const { model, durationMs, cost } = custom;
  const facts = [model, inWords(durationMs), cost && cost.toLocaleString("en", DOLLARS)];
  return <span className="answer-facts">{facts.filter(Boolean).join(" · ")}</span>;
}
