import { describe, expect, test } from "vitest";
import type { Transition } from "convex-durable-agents/react";
import type { Message } from "../../example/src/chat/message.js";
import { marksByMessage, turnMarks } from "../../example/src/chat/turnMarks.js";

const tokens = { input: 0, output: 0, reasoning: 0, cached: 0, cacheWrite: 0, total: 0 };
const turn = (number: number, outcome: "completed" | "failed" | "stopped" | "rewound", from: number) => ({
  turn: number,
  outcome,
  steps: 0,
  tokens,
  cost: 0,
  startedAt: from,
  endedAt: from + 9,
  attempts: 1,
});

const message = (number: number, createdAt: number): Message => ({
  id: `${number}-${createdAt}`,
  role: "user",
  parts: [],
  metadata: {
    turn: number,
    createdAt,
    messageId: `${createdAt}`,
    partial: false,
    queued: false,
    pending: false,
  },
});

const transition = (at: number, event: string, to: string): Transition => ({
  seq: at,
  at,
  event,
  from: "running.streaming",
  to,
  generation: 1,
});

describe("the marks of a transcript", () => {
  test("are of turns that did not come to their end, with their error, and the attempts at their last step", () => {
    const error = { code: "provider_error", message: "Overloaded." };
    const turns = [
      turn(3, "stopped", 30),
      { ...turn(2, "failed", 20), error, attempts: 3 },
      turn(1, "completed", 10),
    ];
    const messages = [message(1, 10), message(2, 20), message(3, 30)];
    const marks = turnMarks({ turns, transitions: [], messages });
    expect(marks).toEqual([
      { turn: 3, outcome: "stopped", attempts: 1 },
      { turn: 2, outcome: "failed", attempts: 3, error },
    ]);
    expect([...marksByMessage(marks, messages).keys()]).toEqual([1, 2]);
  });

  test("are not of turns that a rewind took out, but of those before it", () => {
    const turns = [turn(3, "failed", 30), turn(2, "completed", 20), turn(1, "failed", 10)];
    const transitions = [transition(40, "REWIND", "running.queued")];
    const rest = { turns, transitions };
    // Turn 2 is answered again, as turn 4: turn 3 is gone, and turn 1 is not.
    const kept = turnMarks({ ...rest, messages: [message(1, 10), message(2, 20), message(4, 41)] });
    expect(kept.map((mark) => mark.turn)).toEqual([1]);
    // The message of turn 1 is replaced.
    expect(turnMarks({ ...rest, messages: [message(4, 41)] })).toEqual([]);
  });

  test("that no message of the page comes before are left to an older page", () => {
    const marks = turnMarks({ turns: [turn(1, "failed", 10)], transitions: [], messages: [] });
    expect(marksByMessage(marks, [message(2, 20)]).size).toBe(0);
  });
});
