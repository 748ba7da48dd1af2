import { describe, expect, test } from "vitest";
import { program } from "../../support/app/programmable.js";
import { api } from "../../support/harness.js";
import { callsTool, setSyncTool } from "../../support/tool.js";
import { DEATHS, type Faults } from "../actions.js";
import { deploy } from "../deployment.js";

/** Runs one call of one tool, and tells how often it ran and what became of it. */
async function runTool(faults: Faults, run: () => unknown = () => "ok") {
  const app = deploy({ faults });
  let ran = 0;
  program.run = () => {
    ran += 1;
    return run();
  };
  callsTool("a");
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  const thread = await app.settle(threadId);
  const [, outcome] = await app.transcript(threadId);
  return { status: thread?.status, ran, outcome };
}

const atTool =
  (fault: ReturnType<Faults>, count = Infinity): Faults =>
  ({ by, kind }) =>
    by === "executor:run" && kind === "runAction" && count-- > 0 ? fault : null;

describe("a run in doubt is not repeated", () => {
  test.each(DEATHS)("a handler that died after its effect: %s", async (message) => {
    setSyncTool();
    const { ran, outcome, status } = await runTool(atTool({ type: "callee dies", message }));
    expect({ ran, status }).toEqual({ ran: 1, status: "completed" });
    expect(outcome).toMatch(/output-error .*may or may not have had its effect/);
  });

  test("unless the tool says that it may run again", async () => {
    setSyncTool({ retry: { onCrash: true } });
    const fault = { type: "callee dies" as const, message: DEATHS[0]! };
    const { ran, outcome } = await runTool(atTool(fault, 1));
    expect({ ran, outcome }).toEqual({ ran: 2, outcome: 'tool-tool output-available "ok"' });
  });

  test("a handler that never began for want of a place is tried again freely", async () => {
    setSyncTool({ retry: false });
    const message = "Too many concurrent requests, your deployment is limited to 64 concurrent actions.";
    const { ran, outcome } = await runTool(atTool({ type: "fails", message }, 5));
    expect({ ran, outcome }).toEqual({ ran: 1, outcome: 'tool-tool output-available "ok"' });
  });

  test("a file store that fails runs nothing again", async () => {
    setSyncTool({ storeLargeResults: true });
    const { ran, outcome, status } = await runTool(
      () => null,
      () => "x".repeat(2_000_000),
    );
    expect({ ran, status }).toEqual({ ran: 1, status: "completed" });
    expect(outcome).toMatch(/output-available|output-error/);
  });

  test("a result that cannot be returned runs nothing again", async () => {
    setSyncTool();
    const { ran, outcome, status } = await runTool(
      () => null,
      () => new Date(0),
    );
    expect({ ran, status }).toEqual({ ran: 1, status: "completed" });
    expect(outcome).toMatch(/output-error/);
  });

  test("a handler's own error is retried as before", async () => {
    setSyncTool();
    let left = 2;
    const { ran, outcome } = await runTool(
      () => null,
      () => {
        if (left-- > 0) throw new Error("flaky");
        return "ok";
      },
    );
    expect({ ran, outcome }).toEqual({ ran: 3, outcome: 'tool-tool output-available "ok"' });
  });
});
