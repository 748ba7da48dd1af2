import { readFileSync } from "node:fs";
import { createMachine, type AnyStateMachine } from "xstate";
import { describe, expect, test } from "vitest";
import { threadMachine, toolCallMachine, type stepThread, type stepToolCall } from "../../machines/index.js";
import { stepWith, type Completions } from "../../machines/step.js";
import { THREAD_EFFECTS } from "../../machines/thread/effects.js";
import {
  GONE_STATES,
  PREPARING_STATES,
  RUNNING_STATES,
  SETTLED_STATES,
} from "../../machines/thread/states.js";
import { TOOL_CALL_EFFECTS } from "../../machines/toolCall/effects.js";
import { FINAL_STATES, PENDING_STATES } from "../../machines/toolCall/states.js";
import { FEW } from "./alphabet.js";
import { exploreThread, exploreToolCall, type Graph } from "./explore.js";
import { machineLiteral } from "./literal.js";

/** A machine as Stately's tools have it: its chart went through JSON, and only names are left of what it does. */
function fromJson(machine: AnyStateMachine, completions: Completions) {
  const chart = JSON.parse(JSON.stringify(machine.config)) as object;
  return { machine: createMachine(chart as never, machine.implementations as never), completions };
}

const edgesOf = <S, E, F>({ edges }: Graph<S, E, F>) =>
  edges.map(({ from, event, step }) => ({ from, event, step }));

describe("the charts as JSON", () => {
  test.each([
    ["thread", threadMachine],
    ["tool call", toolCallMachine],
  ])("the %s's chart is plain data, every guard and action by its name", (_name, machine) => {
    const { config, implementations } = machine as AnyStateMachine;
    expect(JSON.parse(JSON.stringify(config))).toEqual(config);
    const names = [...JSON.stringify(config).matchAll(/"guard":"(\w+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(implementations.guards).toHaveProperty(name!);
  });

  test.each([
    ["thread", threadMachine],
    ["toolCall", toolCallMachine],
  ])("the %s's chart is written out in its source, where tools read it that run no code", (name, machine) => {
    const source = new URL(`../../machines/${name}/machine.ts`, import.meta.url);
    const { context } = machine.config;
    expect({ ...machineLiteral(readFileSync(source, "utf8")), context }).toEqual(machine.config);
  });

  test("a thread's machine that is made of its JSON has the same graph", () => {
    const made = fromJson(threadMachine, THREAD_EFFECTS);
    const step: typeof stepThread = (snapshot, event, now = 0) =>
      stepWith(made, snapshot, { ...event, at: now });
    expect(edgesOf(exploreThread({ ...FEW, step }))).toEqual(edgesOf(exploreThread(FEW)));
  });

  test("a tool call's machine that is made of its JSON has the same graph", () => {
    const made = fromJson(toolCallMachine, TOOL_CALL_EFFECTS);
    const step: typeof stepToolCall = (snapshot, event) => stepWith(made, snapshot, event);
    expect(edgesOf(exploreToolCall({ step }))).toEqual(edgesOf(exploreToolCall()));
  });
});

describe("the lists of states", () => {
  const keysOf = (machine: unknown, path: string[]): string[] => {
    const root = (machine as AnyStateMachine).root;
    return Object.keys(path.reduce((node, key) => node.states[key]!, root).states);
  };
  const TRANSIENT = ["begin", "stepDone", "stepFailed", "handedBack", "toolsDone"];
  const stable = (keys: string[]) => keys.filter((key) => !TRANSIENT.includes(key));

  test("are those of the charts", () => {
    expect(stable(keysOf(threadMachine, []))).toEqual(["settled", "running", "preparing", ...GONE_STATES]);
    expect(keysOf(threadMachine, ["settled"])).toEqual(SETTLED_STATES);
    expect(stable(keysOf(threadMachine, ["running"]))).toEqual(RUNNING_STATES);
    expect(keysOf(threadMachine, ["preparing"])).toEqual(PREPARING_STATES);
    expect(keysOf(toolCallMachine, [])).toEqual(["pending", ...FINAL_STATES]);
    expect(keysOf(toolCallMachine, ["pending"])).toEqual(PENDING_STATES);
  });

  test("have every state that a thread or a call rests in, and no transient one", () => {
    const values = [...exploreThread(FEW).states.values()].map(({ snapshot }) =>
      JSON.stringify(snapshot.value),
    );
    for (const name of TRANSIENT) expect(values.join()).not.toContain(name);
  });
});
