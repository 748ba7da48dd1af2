import { describe, expect, test } from "vitest";
import { program } from "../../support/app/programmable.js";
import { api } from "../../support/harness.js";
import { callsTool, setSyncTool } from "../../support/tool.js";
import { DEATHS, first, noPlace, type Faults } from "../actions.js";
import { deploy } from "../deployment.js";
import { runsTool, underEachProtocol } from "../protocols.js";

/** Runs one call of one tool, and tells how often it ran, how many faults it met, and what became of it. */
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
  return { status: thread?.status, ran, faulted: app.actions.faulted.map(({ by }) => by), outcome };
}

underEachProtocol(({ runsTools }) => {
  describe("a run in doubt is not repeated", () => {
    test.each(DEATHS)("a handler that died after its effect: %s", async (message) => {
      setSyncTool();
      const { ran, faulted, outcome, status } = await runTool(
        first(1, runsTool, { type: "callee dies", message }),
      );
      expect({ ran, faulted, status }).toEqual({ ran: 1, faulted: [runsTools], status: "completed" });
      expect(outcome).toMatch(/output-error .*may or may not have had its effect/);
    });

    test("unless the tool says that it may run again", async () => {
      setSyncTool({ retry: { onCrash: true } });
      const fault = { type: "callee dies" as const, message: DEATHS[0]! };
      const { ran, faulted, outcome } = await runTool(first(1, runsTool, fault));
      expect(faulted).toEqual([runsTools]);
      expect({ ran, outcome }).toEqual({ ran: 2, outcome: 'tool-tool output-available "ok"' });
    });

    test("a handler that never began for want of a place is tried again freely", async () => {
      setSyncTool({ retry: false });
      const { ran, faulted, outcome } = await runTool(
        first(5, runsTool, { type: "fails", message: noPlace() }),
      );
      // What is tried again has an executor of its own.
      expect(faulted).toEqual([runsTools, ...Array<string>(4).fill("executor:run")]);
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
});
