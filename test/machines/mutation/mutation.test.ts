import { describe, expect, test } from "vitest";
import { threadFaults } from "./threadFaults.js";
import { toolCallFaults } from "./toolCallFaults.js";
import { NO_FAULT, tryThread, tryToolCall, type Trial } from "./trial.js";

const isCaught = ({ byGraph, byWorld }: Trial) => byGraph.length + byWorld.length > 0;

describe.each([
  { machine: "thread", faults: threadFaults, trial: tryThread },
  { machine: "tool call", faults: toolCallFaults, trial: tryToolCall },
])("seeded faults in the $machine machine", ({ faults, trial }) => {
  test.each(faults)("$name: caught", (fault) => {
    const result = trial(fault);
    console.log(`${result.fault} <- ${[...result.byGraph, ...result.byWorld].join(" ")}`);
    expect(isCaught(result), "no check saw it").toBe(true);
  });

  test("without a fault no check sees anything", () => {
    expect(trial(NO_FAULT)).toEqual({ fault: "no fault", byGraph: [], byWorld: [] });
  });

  test("no two faults have one name", () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  });
});
