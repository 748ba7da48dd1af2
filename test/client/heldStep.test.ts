import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HeldStep } from "../../src/handler/heldStep.js";
import type { ActionCtx, ComponentApi } from "../../src/types.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** The component as far as a step needs it: each function by its name. */
const component = {
  steps: { claim: "claim", flush: "flush", heartbeat: "heartbeat", commit: "commit", failed: "failed" },
} as unknown as ComponentApi;

/** A step held at a component that answers as told, and fails as often as told. */
async function hold() {
  const state = { isHeld: true, failures: 0 };
  const made: Record<string, number> = { claim: 0, flush: 0, heartbeat: 0, commit: 0, failed: 0 };
  const runMutation = (name: string) => {
    made[name]! += 1;
    if (state.failures-- > 0) return Promise.reject(new Error("The call failed"));
    const answers = { claim: { turn: 1, step: 1, attempt: 1 }, commit: "completed", failed: "continues" };
    const answer = answers[name as keyof typeof answers] ?? "stream";
    return Promise.resolve(state.isHeld ? answer : null);
  };
  const ctx = { runMutation } as unknown as ActionCtx;
  const lease = { threadId: "t", generation: 1, lease: "l" };
  const { held } = (await HeldStep.claim(ctx, component, lease, undefined))!;
  return { held, state, made };
}

const batch = { seq: 0, chunks: [], again: false };

test("from the claim on there is a heartbeat every ten seconds, and none while deltas are written", async () => {
  const { held, made } = await hold();
  await pass(35_000);
  expect(made.heartbeat).toBe(3);
  for (let i = 0; i < 30; i++) {
    await held.flush(batch);
    await pass(1_000);
  }
  expect(made.heartbeat).toBe(3);
  held.release();
  await pass(60_000);
  expect(made.heartbeat).toBe(3);
  expect(vi.getTimerCount()).toBe(0);
});

test("heartbeats that fail are made up for by the next", async () => {
  const { held, made, state } = await hold();
  state.failures = 2;
  await pass(40_000);
  expect(made.heartbeat).toBe(4);
  expect(held.lost.aborted).toBe(false);
});

test.each([
  ["heartbeat", () => pass(10_000)],
  ["flush", (held: HeldStep) => held.flush(batch)],
])("a %s that is refused means that the step is lost, and there are no more", async (_by, act) => {
  const { held, made, state } = await hold();
  state.isHeld = false;
  await act(held);
  expect(held.lost.aborted).toBe(true);
  const beats = made.heartbeat;
  await pass(60_000);
  expect(made.heartbeat).toBe(beats);
  expect(vi.getTimerCount()).toBe(0);
});

test("a commit that fails is repeated while the heartbeat goes on", async () => {
  const { held, made, state } = await hold();
  state.failures = 8;
  const outcome = held.commit({ parts: [], toolCalls: [] });
  await pass(120_000);
  expect(await outcome).toBe("completed");
  expect(made.commit).toBeGreaterThan(4);
  expect(made.heartbeat).toBeGreaterThan(1);
});

test("a refusal that comes after the step was let go is no loss", async () => {
  const { held, state } = await hold();
  held.release();
  state.isHeld = false;
  await held.flush(batch);
  expect(held.lost.aborted).toBe(false);
});
