import { expect, test, vi } from "vitest";

test("the machine, tried without a database, does what the page says", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await import("./app/src/tryMachine.js");
  const [[state], [effects]] = log.mock.calls as [[string], [string[]]];
  expect(state).toBe("running.queued");
  expect(effects).toContain("enqueueStream");
});
