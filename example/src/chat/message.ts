import type { AgentMessage } from "convex-durable-agents/react";

/** What is stored of each answer, besides its text. */
interface AnswerFacts {
  model: string;
  durationMs: number;
  /** In dollars. */
  cost?: number;
}

/** A message of this app: with its metadata, and the data parts of its tools. */
export type Message = AgentMessage<AnswerFacts, { findings: { titles: string[] } }>;
