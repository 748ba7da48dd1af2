import { describe, expect, test, vi } from "vitest";
import { positionOf } from "../../component/lib/position.js";
import { dispatchToolCall } from "../../component/dispatch/dispatchToolCall.js";
import {
  createThreadSnapshot,
  createToolCallSnapshot,
  DEFAULT_TOOL_POLICY,
  stepThread,
  type ThreadEvent,
} from "../../machines/index.js";
import { OWNER, POLICIES as ALL_POLICIES } from "../machines/alphabet.js";
import { exploreToolCall, type ToolCallEdge } from "../machines/explore.js";
import { toLoadedToolCall } from "../../component/model/toolCalls.js";
import { setup } from "../support/harness.js";
import { sampled } from "../support/sample.js";
import { RANDOM, insertCall, insertThread } from "./model/arrange.js";
import { afterToolCallEvent } from "./model/footprint.js";
import { look, type Ctx } from "./model/seen.js";

/** A thread that waits for the tools of its first step. */
const WAITING = (
  [
    { type: "SEND" },
    { type: "STREAM_STARTED", generation: 1, lease: OWNER },
    { type: "STREAM_FINISHED", generation: 1, lease: OWNER, toolCalls: 2 },
  ] satisfies ThreadEvent[]
).reduce((snapshot, event) => stepThread(snapshot, event).snapshot, createThreadSnapshot());

const OUTPUT = { answer: 42 };

/** Two attempts pass every guard both ways, and one has no deadlines; each edge takes milliseconds here. */
const POLICIES = ALL_POLICIES.filter(
  ({ maxAttempts, retryOnCrash }) => maxAttempts === 2 || (maxAttempts === 1 && !retryOnCrash),
);

/** An edge of a call that is its step's last one, or beside another that has no outcome yet. */
interface Trial {
  edge: ToolCallEdge;
  isLast: boolean;
}

/** Only an event that is accepted can tell the thread anything. */
const trialsOf = (edge: ToolCallEdge): Trial[] =>
  (edge.step.accepted ? [true, false] : [true]).map((isLast) => ({ edge, isLast }));

async function insertRound(ctx: Ctx, { edge, isLast }: Trial) {
  const threadId = await insertThread(ctx, WAITING, { hasCalls: false });
  const { generation, turn, steps } = WAITING.context;
  const place = { threadId, generation, position: positionOf(turn, steps) };
  const call = await insertCall(ctx, { ...place, index: 0 }, edge.from);
  if (!isLast) await insertCall(ctx, { ...place, index: 1 }, createToolCallSnapshot(DEFAULT_TOOL_POLICY));
  return { threadId, call };
}

const historyOf = ({ edge: { from, path, event }, isLast }: Trial) =>
  [
    `a call of ${JSON.stringify(from.context)}, ${isLast ? "the last of its step" : "with another pending"}`,
    ...[...path, event].map((one, index) => `${index + 1}. ${JSON.stringify(one)}`),
  ].join("\n");

/** Takes the edges, all in one transaction. Events that are to be refused share a call, since they leave it as it is. */
async function tryAll(ctx: Ctx, trials: Trial[]) {
  const refused = trials.find(({ edge }) => !edge.step.accepted);
  const shared = refused && (await insertRound(ctx, refused));
  const rounds = [];
  for (const trial of trials)
    rounds.push(!trial.edge.step.accepted && shared ? shared : await insertRound(ctx, trial));
  const threads = rounds.map(({ threadId }) => threadId);
  const before = await look(ctx, threads);
  const accepted: boolean[] = [];
  for (const [i, { edge }] of trials.entries()) {
    const brings = edge.step.snapshot.value === "completed" ? { output: OUTPUT } : {};
    const row = toLoadedToolCall((await ctx.db.get("toolCalls", rounds[i]!.call))!);
    accepted.push(await dispatchToolCall(ctx, row, edge.event, brings));
  }
  const after = await look(ctx, threads);
  return trials.map((trial, i) => ({
    history: historyOf(trial),
    isAccepted: { actual: accepted[i], expected: trial.edge.step.accepted },
    actual: after.get(threads[i]!)!,
    expected: afterToolCallEvent(threads[i]!, before.get(threads[i]!)!, trial.edge.event, OUTPUT),
  }));
}

describe("a stored tool call takes every event as the model does: its row, its job, and its thread", () => {
  const spaces = POLICIES.map((policy) => exploreToolCall({ policies: [policy] }));

  const cases = spaces.flatMap(({ states, edges }) =>
    [...states].map(([key, { snapshot }]) => ({
      key,
      trials: edges.filter(({ from }) => from === snapshot).flatMap(trialsOf),
    })),
  );

  const { some, words } = sampled(cases);

  test.each(some)("in $key", async ({ trials }) => {
    vi.spyOn(Math, "random").mockReturnValue(RANDOM);
    const { inComponent } = setup();
    for (const { history, isAccepted, actual, expected } of await inComponent((ctx) => tryAll(ctx, trials))) {
      expect(isAccepted.actual, `accepted, after\n${history}\n`).toBe(isAccepted.expected);
      expect(actual, `what is stored and scheduled, after\n${history}\n`).toEqual(expected);
    }
  });

  test("every edge belongs to a state", () => {
    const edges = spaces.reduce((sum, space) => sum + space.edges.length, 0);
    const trials = cases.flatMap((one) => one.trials);
    console.log(
      `tool calls, host = model: ${cases.length} states, ${edges} edges, ${trials.length} trials; states tried: ${words}`,
    );
    expect(new Set(trials.map(({ edge }) => edge)).size).toBe(edges);
  });
});
