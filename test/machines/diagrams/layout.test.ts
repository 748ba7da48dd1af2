import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { AnyStateMachine, AnyStateNode } from "xstate";
import { threadMachine, toolCallMachine } from "../../../machines/index.js";
import {
  CALL_CHART,
  SMALL_CALL_CHART,
  STATUS_CHART,
  THREAD_CHART,
} from "../../../src/devtools/chart/charts.js";
import type { Chart, ChartState } from "../../../src/devtools/chart/chart.js";
import { EVENT_MEANINGS } from "../../../src/devtools/story/sentences.js";
import { chartsModule } from "./layout.js";

const CHARTS = { STATUS_CHART, THREAD_CHART, CALL_CHART, SMALL_CALL_CHART };
const charts = Object.entries(CHARTS);

test("src/devtools/chart/charts.ts is what npm run layout writes", async () => {
  const stored = await readFile(new URL("../../../src/devtools/chart/charts.ts", import.meta.url), "utf8");
  expect(await chartsModule(), "npm run layout writes it again").toBe(stored);
});

const nodesOf = (node: AnyStateNode): AnyStateNode[] =>
  Object.values(node.states).flatMap((child) => [child, ...nodesOf(child)]);

test.each([
  ["thread", threadMachine, THREAD_CHART],
  ["toolCall", toolCallMachine, CALL_CHART],
  ["toolCall, small", toolCallMachine, SMALL_CALL_CHART],
] as [string, AnyStateMachine, Chart][])(
  "the chart of %s has all states and transitions",
  (_, machine, chart) => {
    const nodes = nodesOf(machine.root);
    const states = chart.states.filter(({ kind }) => kind !== "initial");
    expect(states.map(({ path }) => path).toSorted()).toEqual(
      nodes.map(({ path }) => path.join(".")).toSorted(),
    );
    const drawn = new Set(
      chart.edges.flatMap(({ from, to, ways }) => ways.map(({ event }) => `${from} ${event} ${to}`)),
    );
    const transitions = nodes.flatMap((node) =>
      [...[...node.transitions.values()].flat(), ...(node.always ?? [])].flatMap(({ target, eventType }) =>
        ((target ?? []) as AnyStateNode[]).map(
          (end) => `${node.path.join(".")} ${eventType} ${end.path.join(".")}`,
        ),
      ),
    );
    expect([...drawn].toSorted()).toEqual([...new Set(transitions)].toSorted());
  },
);

test("every event has a sentence", () => {
  const events = [THREAD_CHART, CALL_CHART, STATUS_CHART].flatMap(({ edges, states }) =>
    [...edges.flatMap(({ ways }) => ways), ...states.flatMap(({ stays }) => stays)].map(({ event }) => event),
  );
  expect([...new Set(events)].filter((event) => EVENT_MEANINGS[event] === undefined)).toEqual([]);
});

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const solid = ({ states }: Chart): ChartState[] => states.filter(({ kind }) => kind !== "group");

/** Letters of 12 pixels, in lines of 15, as src/devtools/styles has them. */
const labelsOf = ({ edges }: Chart) =>
  edges.flatMap(({ label }): (Box & { text: string })[] => {
    if (!label) return [];
    const width = Math.max(...label.lines.map((line) => line.length)) * 7.2;
    const height = label.lines.length * 15;
    return [{ text: label.lines.join(), x: label.x - width / 2, y: label.y - height / 2, width, height }];
  });

test.each(charts)("nothing in %s lies on top of something else", (_, chart) => {
  const boxes = [...solid(chart).map((state) => ({ text: state.path, ...state })), ...labelsOf(chart)];
  const pairs = boxes.flatMap((a, index) => boxes.slice(index + 1).map((b) => [a, b] as const));
  expect(pairs.filter(([a, b]) => overlap(a, b)).map(([a, b]) => `${a.text} on ${b.text}`)).toEqual([]);
});

test("the simple chart has the five public statuses", () => {
  const statuses = STATUS_CHART.states.filter(({ kind }) => kind === "state").map(({ path }) => path);
  expect(statuses.toSorted()).toEqual(
    ["streaming", "awaiting_tool_results", "completed", "failed", "stopped"].toSorted(),
  );
  const ways = STATUS_CHART.edges.map(({ from, to }) => `${from} > ${to}`);
  expect(ways).toEqual(expect.arrayContaining(["streaming > awaiting_tool_results", "failed > streaming"]));
});
