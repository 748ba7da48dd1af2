import type { Transition } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { THREAD_CHART, CALL_CHART } from "../../src/devtools/chart/charts.js";
import { legalEvents, routeOf } from "../../src/devtools/chart/route.js";
import { courseOf, courseThen } from "../../src/devtools/diagram/course.js";
import { duration, number, secondsLeft } from "../../src/devtools/format.js";
import { sentenceOf } from "../../src/devtools/story/sentences.js";
import { tellStory } from "../../src/devtools/story/story.js";
import { entry, TURN } from "./support/inspected.js";

const wayOf = (from: string, event: string, to: string, beginsTurn?: boolean) =>
  routeOf(THREAD_CHART, { from, event, to }, beginsTurn).map((edge) => edge.to);

describe("the way of a transition", () => {
  test("leads through transient states and into groups", () => {
    expect(wayOf("settled.idle", "SEND", "running.queued")).toEqual(["begin", "running", "running.queued"]);
    expect(wayOf("running.streaming", "STREAM_FINISHED", "settled.completed")).toEqual([
      "running.stepDone",
      "settled.completed",
    ]);
    expect(wayOf("running.tools", "STREAM_CONTINUED", "running.streaming")).toEqual([
      "running.handedBack",
      "running.streaming",
    ]);
  });

  test("differs from another one with the same ends by whether a turn began", () => {
    const steered = ["running.stepDone", "running.queued"];
    expect(wayOf("running.streaming", "STREAM_FINISHED", "running.queued")).toEqual(steered);
    expect(wayOf("running.streaming", "STREAM_FINISHED", "running.queued", false)).toEqual(steered);
    expect(wayOf("running.streaming", "STREAM_FINISHED", "running.queued", true)).toEqual([
      "running.stepDone",
      "begin",
      "running",
      "running.queued",
    ]);
  });

  test("is the shortest one where nobody knows by which event", () => {
    const to = (from: string, state: string) =>
      routeOf(THREAD_CHART, { from, event: null, to: state }).map((edge) => edge.to);
    expect(to("settled.idle", "running.queued")).toEqual(["begin", "running", "running.queued"]);
    expect(to("running.queued", "running.streaming")).toEqual(["running.streaming"]);
    expect(to("running.queued", "running.tools")).toEqual([]);
  });

  test("is none where the state stays, and for names that the chart does not have", () => {
    expect(wayOf("running.streaming", "SEND", "running.streaming")).toEqual([]);
    expect(wayOf("idle", "SEND", "streaming")).toEqual([]);
  });
});

describe("legal events", () => {
  const legal = (
    chart: typeof THREAD_CHART,
    from: string,
    to: string,
    current: string,
    events: string[] | null,
  ) =>
    legalEvents(
      chart,
      chart.edges.find((edge) => edge.from === from && edge.to === to)!,
      current,
      events,
    );

  test("are those of the state and of the group around it, if they are accepted", () => {
    expect(legal(THREAD_CHART, "running", "settled.stopped", "running.tools", ["STOP"])).toEqual(["STOP"]);
    expect(
      legal(THREAD_CHART, "running.tools", "running.toolsDone", "running.tools", ["TOOLS_SETTLED"]),
    ).toEqual(["TOOLS_SETTLED"]);
    expect(legal(THREAD_CHART, "running", "settled.stopped", "settled.idle", ["STOP"])).toEqual([]);
  });

  test("are not those that a state decides itself, or refuses", () => {
    expect(legal(THREAD_CHART, "settled", "begin", "settled.stopped", ["SEND", "RESUME"])).toEqual(["SEND"]);
    expect(legal(CALL_CHART, "pending", "completed", "pending.awaitingResult", null)).toEqual([
      "RESULT_GIVEN",
    ]);
    expect(legal(CALL_CHART, "pending", "completed", "pending.awaitingApproval", null)).toEqual([]);
  });
});

const failed = { code: "overloaded", message: "The provider is overloaded." };

describe("sentences", () => {
  test.each<[Partial<Transition>, string]>([
    [
      { event: "STREAM_FINISHED", to: "running.tools", details: { toolCalls: 2 } },
      "Model finished: 2 tools requested",
    ],
    [
      { event: "STREAM_FINISHED", to: "running.tools", details: { toolCalls: 1 } },
      "Model finished: 1 tool requested",
    ],
    [{ event: "STREAM_FINISHED", to: "running.tools" }, "Model finished: tools requested"],
    [{ event: "STREAM_FINISHED", to: "settled.completed" }, "Model finished: the turn is complete"],
    [
      { event: "STREAM_FAILED", to: "running.backoff", details: { error: failed, retryAfterMs: 4_000 } },
      "Model call failed: The provider is overloaded; it is tried again after a wait; the provider asks to wait 4 s",
    ],
    [{ event: "SEND", from: "settled.idle", to: "running.queued" }, "Message sent: a turn begins"],
    [
      { event: "SEND", from: "running.tools", to: "running.tools" },
      "Message sent: it waits for the next turn",
    ],
    [
      { event: "TIME_UP", to: "settled.stopped", details: { budget: "maxTurnMs" } },
      "Time is up (maxTurnMs): the thread is stopped",
    ],
    [{ event: "NEW_EVENT", to: "running.queued" }, "NEW_EVENT: now running.queued"],
  ])("%o", (given, sentence) => {
    expect(sentenceOf({ ...entry(1, "running.streaming", "SEND", "running.streaming"), ...given })).toBe(
      sentence,
    );
  });
});

test("a story has durations, attempts with their causes, tokens, costs and turns", () => {
  const story = tellStory(
    [
      entry(1, "settled.idle", "SEND", "running.queued"),
      entry(2, "running.queued", "STREAM_STARTED", "running.streaming"),
      entry(5, "running.streaming", "STREAM_FAILED", "running.backoff", { error: failed }),
      entry(9, "running.backoff", "RETRY_DUE", "running.queued"),
      entry(10, "running.queued", "STREAM_STARTED", "running.streaming"),
      entry(14, "running.streaming", "STREAM_FINISHED", "settled.completed", {
        tokens: { input: 5, output: 2 },
        cost: 0.5,
      }),
    ],
    [{ ...TURN, startedAt: 1_000 }],
  );
  expect(story.map(({ stayedMs }) => stayedMs)).toEqual([1_000, 3_000, 4_000, 1_000, 4_000, null]);
  expect(story.map(({ attempt }) => attempt)).toEqual([null, null, null, 2, 2, null]);
  expect(story[4]!.cause).toContain("The provider is overloaded");
  expect(story[5]).toMatchObject({ tokens: 7, cost: 0.5, turn: { turn: 1 } });
  expect(story.map(({ beginsTurn }) => beginsTurn)).toEqual([true, false, false, false, false, false]);
});

test("a course keeps the ways taken, and ends at any entry as it was then", () => {
  const story = tellStory(
    [
      entry(1, "settled.idle", "SEND", "running.queued"),
      entry(2, "running.queued", "STREAM_STARTED", "running.streaming"),
    ],
    [],
  );
  const way = { state: "running.streaming", events: ["STOP"], path: story, shownBefore: null };
  const now = courseOf("full", way);
  expect(now.last.map(({ to }) => to)).toEqual(["running.streaming"]);
  expect(now.passing).toEqual(now.last);
  expect(now.taken.size).toBe(4);
  const both = courseOf("full", { ...way, shownBefore: 0 });
  expect(both.passing.map(({ to }) => to)).toEqual([
    "begin",
    "running",
    "running.queued",
    "running.streaming",
  ]);
  const then = courseThen("full", story, 0);
  expect(then).toMatchObject({ current: "running.queued", lastKey: 1 });
  expect(then.events).toContain("STREAM_STARTED");
  expect(then.taken.size).toBe(3);
  expect(courseThen("simple", story, 1)).toMatchObject({ current: "streaming", last: [] });
});

test.each([
  [0, "0 ms", "0 s"],
  [3_250, "3.2 s", "4 s"],
  [125_000, "2 min 5 s", "2 min 5 s"],
  [3_600_000, "1 h", "1 h"],
  [100_000_000, "1 d 3 h", "1 d 3 h"],
])("%i ms reads %s, or %s when it is counted down", (ms, read, left) => {
  expect([duration(ms), secondsLeft(ms)]).toEqual([read, left]);
});

test.each([
  [0, "0"],
  [0.0000216, "0.000022"],
  [1.23456, "1.2346"],
  [12_345, "12,345"],
])("the number %d reads %s", (value, read) => {
  expect(number(value)).toBe(read);
});
