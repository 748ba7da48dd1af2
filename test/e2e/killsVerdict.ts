import { readFileSync } from "node:fs";
import type { MessageDoc } from "convex-durable-agents";
import { expect } from "vitest";
import { checkTranscript } from "../support/checkTranscript.js";

/** A thread at the end of the kills. */
export interface EndedThread {
  /** The messages that its client sent, in order. */
  sent: string[];
  status: string;
  messages: MessageDoc[];
}

/** What the kills did: shows that they hit something. */
export interface Damage {
  messages: number;
  toolCalls: number;
  /** Default calls whose executor died, and how many of those had had their effect. */
  inDoubt: number;
  inDoubtWithEffect: number;
  /** Calls that ran again because their policy allows it. */
  ranAgain: number;
  /** Model calls beyond those that the transcript needed. */
  modelCallsLost: number;
}

const wordsOf = (file: string, kind: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.startsWith(`${kind} `))
    .map((line) => line.slice(kind.length + 1));

const countsOf = (words: string[]) => {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
};

/** Holds the threads against what was sent, and the recorded calls against their effects. */
export function judge(threads: EndedThread[], effectsFile: string): Damage {
  const effects = countsOf(wordsOf(effectsFile, "effect"));
  const damage = { messages: 0, toolCalls: 0, inDoubt: 0, inDoubtWithEffect: 0, ranAgain: 0 };
  const recorded = new Set<string>();
  let steps = 0;
  for (const { sent, status, messages } of threads) {
    expect(status).toBe("completed");
    const { users, answers } = checkTranscript(messages);
    expect(users, "every message that was sent is there, once and in order").toEqual(sent);
    const answered = answers
      .filter((text) => text.startsWith("Answer to "))
      .flatMap((text) => text.slice("Answer to ".length).split(" "));
    expect(answered, "every message is answered once").toEqual(sent);
    steps += messages.filter(({ role }) => role === "assistant").length;
    damage.messages += sent.length;
    const asked: string[] = [];
    for (const part of messages.flatMap(({ parts }) => parts)) {
      if (!("toolCallId" in part)) continue;
      const { key, nonce } = part.input as { key: string; nonce: string };
      const isDone = part.state === "output-available";
      const ran = effects.get(nonce) ?? 0;
      recorded.add(nonce);
      damage.toolCalls += 1;
      asked.push(`${part.type} ${key}`);
      if (part.type === "tool-record") {
        expect(ran, `effects of a call that may run once (${key})`).toBeLessThanOrEqual(1);
        if (isDone) expect(ran, `effects of a call that succeeded (${key})`).toBe(1);
        if (!isDone) expect(part.errorText).toContain("ended without a report");
        if (!isDone) damage.inDoubt += 1;
        if (!isDone && ran > 0) damage.inDoubtWithEffect += 1;
      } else {
        expect(isDone, `a call that may run again succeeds in the end (${key})`).toBe(true);
        expect(ran, `effects of a call that succeeded (${key})`).toBeGreaterThanOrEqual(1);
        if (ran > 1) damage.ranAgain += 1;
      }
    }
    const expected = sent.flatMap((key) => [`tool-record ${key}`, `tool-record_again ${key}`]);
    expect(asked, "each message has its tools called once").toEqual(expected);
  }
  const unrecorded = [...effects.keys()].filter((nonce) => !recorded.has(nonce));
  expect(unrecorded, "effects of calls that no transcript knows of").toEqual([]);
  return { ...damage, modelCallsLost: wordsOf(effectsFile, "model").length - steps };
}
