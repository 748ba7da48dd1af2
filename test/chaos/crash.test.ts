import { describe, expect, test } from "vitest";
import { overrides } from "../support/app/agent.js";
import { calls, ends, modelCalls, says, setScript } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import type { CrashPlan } from "../support/crash.js";
import { api, setup } from "../support/harness.js";
import { checkTranscript } from "../support/checkTranscript.js";

/**
 * The calls of a turn with text, two tools at once and a second step; a message is sent while it runs. By the handler's slice.
 */
const CTX_CALLS = { 0: 14, 15_000: 12 };

async function runTurn(slice: number, crash: CrashPlan) {
  const app = setup({ crash });
  overrides.slice = slice;
  setScript((prompt) => {
    const answered = prompt.at(-1)!.role === "tool";
    const keys = [
      ...calls("record", { key: "a" }, "call-a"),
      ...calls("record_again", { key: "b" }, "call-b"),
    ];
    return answered || prompt.length > 2
      ? [...says("All done. ", 200), ...ends()]
      : [...says("Let me see. ", 200), ...keys, ...ends("tool-calls")];
  });
  const threadId = await app.mutation(api.createThread, { prompt: "first" });
  await app.mutation(api.sendMessage, { threadId, prompt: "second" });
  const thread = await app.settle(threadId);
  const messages = await app.query(api.listMessages, { threadId });
  return { thread, messages };
}

describe.each([0, 15_000] as const)("with a slice of %i ms", (slice) => {
  test("the scenario makes the calls that the crashes are spread over", async () => {
    const crash: CrashPlan = { at: Infinity, when: "before", calls: 0 };
    const { thread } = await runTurn(slice, crash);
    expect(thread).toMatchObject({ status: "completed" });
    expect(sideEffects.toSorted()).toEqual(["a", "b"]);
    expect(crash.calls).toBe(CTX_CALLS[slice]);
  });

  describe.each(["before", "after"] as const)("an action that dies %s its ctx call", (when) => {
    test.each(Array.from({ length: CTX_CALLS[slice] }, (_, i) => i + 1))(
      "number %i leaves a thread that settles",
      async (at) => {
        const { thread, messages } = await runTurn(slice, { at, when, calls: 0 });
        expect(thread).toMatchObject({ status: "completed" });
        const { outcomes, users } = checkTranscript(messages);
        expect(users).toEqual(["first", "second"]);
        expect([...outcomes.keys()].toSorted()).toEqual(["call-a", "call-b"]);

        const ran = (key: string) => sideEffects.filter((effect) => effect === key).length;
        expect(ran("a"), "not run again after its executor died").toBeLessThanOrEqual(1);
        if (outcomes.get("call-a") === "output-available") expect(ran("a")).toBe(1);
        expect(outcomes.get("call-b"), "its policy allows a second run").toBe("output-available");
        expect(ran("b")).toBeLessThanOrEqual(2);
        expect(
          sideEffects.filter((key) => key !== "a" && key !== "b"),
          "nothing unrecorded has run",
        ).toEqual([]);
        expect(modelCalls.length).toBeLessThanOrEqual(4);
      },
    );
  });
});
