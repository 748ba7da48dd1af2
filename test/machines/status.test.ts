import { describe as suite, expect, test } from "vitest";
import { describeThread, threadStatus, type ThreadStatus, toolCallStatus } from "../../machines/index.js";
import { holdsLease, mayContinue } from "../../machines/describe.js";
import { FEW, OTHER, OWNER } from "./alphabet.js";
import { exploreThread, exploreToolCall } from "./explore.js";
import { isPreparing, isRunning, place } from "./invariants/threadPlaces.js";

const threads = [...exploreThread(FEW).states.values()].map(({ snapshot }) => snapshot);
const toolCalls = [...exploreToolCall().states.values()].map(({ snapshot }) => snapshot);

suite("a thread's public face", () => {
  test("each state has the status of the design's table", () => {
    const table = Object.fromEntries(threads.map((snapshot) => [place(snapshot), threadStatus(snapshot)]));
    expect(table).toEqual({
      "settled.idle": "completed",
      "settled.completed": "completed",
      "settled.failed": "failed",
      "settled.stopped": "stopped",
      "running.queued": "streaming",
      "running.streaming": "streaming",
      "running.backoff": "streaming",
      "running.tools": "awaiting_tool_results",
      "preparing.truncating": "streaming",
      "preparing.copying": "streaming",
      "preparing.stopping": "streaming",
      deleting: "deleting",
      deleted: "deleting",
    });
    expect([...new Set(threads.map(threadStatus))].sort()).toEqual(
      (["streaming", "awaiting_tool_results", "completed", "failed", "stopped"] satisfies ThreadStatus[])
        .concat("deleting" as never)
        .sort(),
    );
  });

  test("describe() says what a thread waits for exactly where it waits for something other than its user", () => {
    for (const snapshot of threads) {
      const { state, waitsFor, status } = describeThread(snapshot);
      expect(state).toBe(place(snapshot));
      expect(status).toBe(threadStatus(snapshot));
      expect(waitsFor !== null).toBe(isRunning(snapshot) || isPreparing(snapshot) || state === "deleting");
    }
  });

  test("only the holder of the lease in the current generation holds the step, and only while streaming", () => {
    for (const snapshot of threads) {
      const { generation } = snapshot.context;
      const isStreaming = place(snapshot) === "running.streaming";
      expect(holdsLease(snapshot, { generation, lease: OWNER })).toBe(isStreaming);
      expect(holdsLease(snapshot, { generation, lease: OTHER })).toBe(false);
      expect(holdsLease(snapshot, { generation: generation - 1, lease: OWNER })).toBe(false);
      expect(holdsLease(snapshot, { generation: generation + 1, lease: OWNER })).toBe(false);
    }
  });

  test("only the handler that committed the step may go on, and only while its tool calls are awaited", () => {
    for (const snapshot of threads) {
      const { generation } = snapshot.context;
      const isAwaiting = place(snapshot) === "running.tools";
      expect(mayContinue(snapshot, { generation, lease: OWNER })).toBe(isAwaiting);
      expect(mayContinue(snapshot, { generation, lease: OTHER })).toBe(false);
      expect(mayContinue(snapshot, { generation: generation - 1, lease: OWNER })).toBe(false);
      expect(mayContinue(snapshot, { generation: generation + 1, lease: OWNER })).toBe(false);
    }
  });
});

suite("a tool call's public face", () => {
  test("it is pending until it has an outcome or is cancelled", () => {
    expect([...new Set(toolCalls.map(toolCallStatus))].sort()).toEqual([
      "cancelled",
      "completed",
      "denied",
      "failed",
      "pending",
    ]);
    for (const call of toolCalls) {
      const { value } = call;
      expect(toolCallStatus(call)).toBe(typeof value === "string" ? value : "pending");
    }
  });
});
