import { calls, ends, says, type ModelScript, type ModelStep } from "../support/app/model.js";
import { pause } from "./clock.js";

/** Scripted work, the same for all that are measured. */
export interface Workload {
  name: string;
  title: string;
  /** How many threads do it at once. */
  threads: number;
  /** How many messages each thread has before. */
  messagesBefore: number;
  /** The steps of a turn: the last one answers, those before call tools. */
  steps: ModelStep[];
  /** How long each tool takes, in milliseconds. */
  toolMs: number;
  /** What the turn must come to, for the counts to count. */
  outcome: { answer: string; results: number };
}

/** How many messages the model is sent at most. */
export const RECENT_MESSAGES = 100;

/** How often a running answer is saved, in milliseconds. */
export const THROTTLE_MS = 250;

/** The pause before each part of a model's stream, in milliseconds, where a workload asks for no longer one. */
const MODEL_PAUSE_MS = 5;

let toolMs = 0;

/** Sets how long the tools take from now on. */
export const setToolTime = (workload: Workload): void => void (toolMs = workload.toolMs);

/** A tool. It answers so much that the bound's client receives what is published of it, about 36 kB in W3. */
export async function runTool(key: string): Promise<{ key: string; report: string }> {
  await pause(toolMs);
  return { key, report: "r".repeat(270) };
}

/** What the model streams at a time: the scripted one breaks its text behind each space. */
export const CHUNK = `${"x".repeat(19)} `;

const textOf = (chunks: number): string => CHUNK.repeat(chunks);

const asks = (keys: string[]): ModelStep => [
  ...keys.flatMap((key) => calls("lookup", { key }, `call-${key}`)),
  ...ends("tool-calls"),
];

/** A step at the pace of a provider's stream. */
const paced = (step: ModelStep): ModelStep =>
  step.flatMap((part) => ("pauseMs" in part ? [part] : [{ pauseMs: MODEL_PAUSE_MS }, part]));

const keys = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `${from + i}`);

interface Sizes {
  threads?: number;
  messagesBefore?: number;
  /** How many tools each step but the last calls. */
  tools?: number[];
  /** How long each tool takes, in milliseconds. Default: 20. */
  toolMs?: number;
  /** How many chunks of 20 bytes the answer has, and how long the model takes for each beyond its pause, in milliseconds. */
  chunks?: number;
  pauseMs?: number;
}

function workload(
  name: string,
  title: string,
  { threads = 1, messagesBefore = 0, tools = [], toolMs = 20, chunks = 5, pauseMs = 0 }: Sizes,
): Workload {
  const answer = textOf(chunks);
  const steps = tools.map((count, step) => asks(keys(count, step * count)));
  return {
    name,
    title,
    threads,
    messagesBefore,
    toolMs,
    steps: [...steps, [...says(answer, pauseMs), ...ends()]].map(paced),
    outcome: { answer, results: tools.reduce((sum, count) => sum + count, 0) },
  };
}

const sequential = (steps: number): number[] => Array.from({ length: steps }, () => 1);

/** The work of docs/operations/costs.md that all do. */
export const WORKLOADS: Workload[] = [
  workload("W1", "an 8 kB answer in 400 chunks over 2 s, saved every 250 ms", { chunks: 400 }),
  workload("W1r", "the same answer over 40 s", { chunks: 400, pauseMs: 95 }),
  workload("W2", "10 sequential steps with a tool of 20 ms, then a short answer", { tools: sequential(10) }),
  workload("W3", "one step with 100 parallel calls of 2 s", { tools: [100], toolMs: 2_000 }),
  workload("W4", "a 400 B answer on a thread with 5,000 messages, of which the model sees 100", {
    chunks: 20,
    messagesBefore: 5_000,
  }),
  workload("W5", "100 threads at once, one tool each", { threads: 100, tools: [1] }),
];

const onThreadOf = (messages: number): Workload =>
  workload(`${messages.toLocaleString("en-US")} messages`, "the answer of W4", {
    chunks: 20,
    messagesBefore: messages,
  });

/** The work of W4 on threads of different lengths. */
export const LONGER_THREADS: Workload[] = [100, 5_000, 50_000].map(onThreadOf);

/** The work of W2, and with as many steps as a turn has at most; the last one answers. */
export const MORE_STEPS: Workload[] = [11, 50].map((steps) =>
  workload(`${steps} steps`, "sequential tool steps, then a short answer", { tools: sequential(steps - 1) }),
);

/** Small work whose counts are held down by a test. */
export const SMALL_WORKLOADS: Workload[] = [
  workload("streamed", "a 1 kB answer over 2 s", { chunks: 50, pauseMs: 35 }),
  workload("sequential", "3 sequential tool steps", { tools: sequential(3) }),
  workload("parallel", "one step with 10 parallel calls", { tools: [10] }),
  workload("history", "a short answer on a thread with 200 messages", { messagesBefore: 200 }),
  workload("threads", "5 threads at once, one tool each", { threads: 5, tools: [1] }),
];

/** Plays a workload: which step it is shows in how many steps' results the model is sent behind the last user's message. */
export const scriptOf =
  ({ steps }: Workload): ModelScript =>
  (prompt) => {
    const asked = prompt.findLastIndex(({ role }) => role === "user");
    return steps[prompt.slice(asked).filter(({ role }) => role === "tool").length]!;
  };
