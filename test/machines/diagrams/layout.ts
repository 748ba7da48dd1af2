import ELK, { type ElkNode, type ElkExtendedEdge, type ElkPoint } from "elkjs/lib/elk.bundled.js";
import { threadMachine, toolCallMachine } from "../../../machines/index.js";
import { groupOf, type Chart, type ChartEdge, type ChartState } from "../../../src/devtools/chart/chart.js";
import { bareGraph, fullGraph, statusGraph, type Graph, type GraphEdge, type GraphState } from "./graph.js";

/** The sizes of the letters, in pixels: src/devtools/styles says them too. */
const NAME_WIDTH = 8.2;
const SMALL_NAME_WIDTH = 7;
const LABEL_WIDTH = 7.3;
const LINE_HEIGHT = 15;
const DOT = 12;

interface Style {
  /** Where the edges lead. */
  direction: "DOWN" | "RIGHT";
  /** Between states in the same layer. */
  between: number;
  /** Small letters, and little room between lines. */
  isSmall?: boolean;
}

const options = ({ direction, between, isSmall = false }: Style): Record<string, string> => ({
  "elk.algorithm": "layered",
  "elk.direction": direction,
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.layered.thoroughness": "30",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.spacing.nodeNodeBetweenLayers": isSmall ? "16" : "36",
  "elk.layered.spacing.edgeNodeBetweenLayers": isSmall ? "9" : "16",
  "elk.layered.spacing.edgeEdgeBetweenLayers": isSmall ? "6" : "12",
  "elk.spacing.nodeNode": String(between),
  "elk.spacing.edgeNode": isSmall ? "8" : "16",
  "elk.spacing.edgeEdge": isSmall ? "6" : "12",
  "elk.spacing.edgeLabel": "4",
  "elk.edgeLabels.inline": "true",
  "elk.padding": isSmall ? "[top=4,left=4,bottom=4,right=4]" : "[top=16,left=16,bottom=16,right=16]",
});

function toElkNode(state: GraphState, graph: Graph, isSmall: boolean): ElkNode {
  const { path: id, kind, name } = state;
  if (kind === "initial") return { id, width: isSmall ? DOT - 4 : DOT, height: isSmall ? DOT - 4 : DOT };
  if (kind !== "group")
    return isSmall
      ? { id, width: Math.round(name.length * SMALL_NAME_WIDTH) + 16, height: 26 }
      : { id, width: Math.round(name.length * NAME_WIDTH) + 32, height: 36 };
  const top = state.stays.length > 0 && !isSmall ? 58 : 42;
  const side = isSmall ? 10 : 20;
  return {
    id,
    layoutOptions: { "elk.padding": `[top=${isSmall ? 30 : top},left=${side},bottom=${side},right=${side}]` },
    children: graph.states
      .filter(({ path }) => groupOf(path) === id)
      .map((child) => toElkNode(child, graph, isSmall)),
  };
}

const toElkEdge = ({ from, to, lines }: GraphEdge, index: number): ElkExtendedEdge => ({
  id: String(index),
  sources: [from],
  targets: [to],
  labels:
    lines.length === 0
      ? []
      : [
          {
            id: `${index}.label`,
            text: lines.join("\n"),
            width: Math.max(...lines.map((line) => line.length)) * LABEL_WIDTH + 10,
            height: lines.length * LINE_HEIGHT + 4,
          },
        ],
});

/** Computes where everything is. */
async function layOut(graph: Graph, style: Style): Promise<Chart> {
  const root: ElkNode = await new ELK().layout({
    id: "root",
    layoutOptions: { ...options(style), "elk.json.edgeCoords": "ROOT", "elk.json.shapeCoords": "ROOT" },
    children: graph.states
      .filter(({ path }) => groupOf(path) === "")
      .map((state) => toElkNode(state, graph, style.isSmall ?? false)),
    edges: graph.edges.map(toElkEdge),
  });
  const boxes = new Map(nodesOf(root).map((node) => [node.id, node]));
  const laid = new Map(edgesOf(root).map((edge) => [edge.id, edge]));
  return {
    width: Math.ceil(root.width!),
    height: Math.ceil(root.height!),
    states: graph.states.map((state) => placed(state, boxes.get(state.path)!)),
    edges: graph.edges.map((edge, index) => routed(edge, laid.get(String(index))!)),
  };
}

const nodesOf = (node: ElkNode): ElkNode[] => [node, ...(node.children ?? []).flatMap(nodesOf)];
const edgesOf = (node: ElkNode): ElkExtendedEdge[] => [
  ...(node.edges ?? []),
  ...(node.children ?? []).flatMap(edgesOf),
];

const placed = (state: GraphState, { x, y, width, height }: ElkNode): ChartState => ({
  ...state,
  x: Math.round(x!),
  y: Math.round(y!),
  width: Math.round(width!),
  height: Math.round(height!),
});

const corner = ({ x, y }: ElkPoint) => `${Math.round(x)},${Math.round(y)}`;

function routed({ from, to, ways, lines }: GraphEdge, { sections, labels }: ElkExtendedEdge): ChartEdge {
  const { startPoint, bendPoints = [], endPoint } = sections![0]!;
  const corners = [startPoint, ...bendPoints, endPoint].map(corner).join(" ");
  const [label] = labels ?? [];
  if (!label) return { from, to, ways, corners };
  const x = Math.round(label.x! + label.width! / 2);
  const y = Math.round(label.y! + label.height! / 2);
  return { from, to, ways, corners, label: { lines, x, y } };
}

const constant = (name: string, says: string, { width, height, states, edges }: Chart): string =>
  [
    `/** ${says} */`,
    "// prettier-ignore",
    `export const ${name}: Chart = {`,
    `  width: ${width},`,
    `  height: ${height},`,
    "  states: [",
    ...states.map((state) => `    ${JSON.stringify(state)},`),
    "  ],",
    "  edges: [",
    ...edges.map((edge) => `    ${JSON.stringify(edge)},`),
    "  ],",
    "};",
  ].join("\n");

/** The module of the charts, as `npm run layout` writes it. */
export async function chartsModule(): Promise<string> {
  const charts = [
    constant(
      "STATUS_CHART",
      "The public statuses of a thread.",
      await layOut(statusGraph(threadMachine), { direction: "DOWN", between: 24 }),
    ),
    constant(
      "THREAD_CHART",
      "The machine of a thread.",
      await layOut(fullGraph(threadMachine), { direction: "DOWN", between: 28 }),
    ),
    constant(
      "CALL_CHART",
      "The machine of a tool call.",
      await layOut(fullGraph(toolCallMachine), { direction: "DOWN", between: 28 }),
    ),
    constant(
      "SMALL_CALL_CHART",
      "The machine of a tool call, small, without labels.",
      await layOut(bareGraph(toolCallMachine), { direction: "DOWN", between: 10, isSmall: true }),
    ),
  ];
  return [
    "/** Written by `npm run layout`, from the machines; a test fails if it drifts. */",
    'import type { Chart } from "./chart.js";',
    "",
    charts.join("\n\n"),
    "",
  ].join("\n");
}
