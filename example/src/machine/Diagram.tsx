import { useMemo } from "react";
import type { GraphEdge, GraphState } from "./graph";
import { eventNames } from "./traversed";
import { BOXES, HEIGHT, ROUTES, WIDTH } from "./layout";
import { roundedPath } from "./roundedPath";

interface DiagramProps {
  states: GraphState[];
  edges: GraphEdge[];
  /** The path of the state to light; null lights none. */
  current: string | null;
  /** The edges of the last transition. */
  last: GraphEdge[];
}

/** The thread machine, drawn from its own definition, with the current state lit. */
export function Diagram({ states, edges, current, last }: DiagramProps) {
  // What leads away from here is drawn last, on top of what does not matter now.
  const ordered = useMemo(
    () => edges.toSorted((a, b) => rank(a, current) - rank(b, current)),
    [edges, current],
  );
  return (
    <svg
      className="diagram"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={current ? `State diagram; the thread is in ${current}` : "State diagram of a thread"}
    >
      <defs>
        {["idle", "ahead", "last"].map((kind) => (
          <marker
            key={kind}
            id={`arrow-${kind}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto-start-reverse"
          >
            <path className={`arrow ${kind}`} d="M 0 1 L 8 4 L 0 7 z" />
          </marker>
        ))}
      </defs>
      {states.map(
        (state) => state.isGroup && <Group key={state.path} state={state} current={current} edges={edges} />,
      )}
      {ordered.map((edge) => (
        <Edge key={edge.id} edge={edge} kind={kindOf(edge, current, last)} />
      ))}
      {states.map((state) => !state.isGroup && <State key={state.path} state={state} current={current} />)}
    </svg>
  );
}

type Kind = "idle" | "ahead" | "last";

const leadsAway = (edge: GraphEdge, current: string | null) =>
  current !== null && (edge.from === current || current.startsWith(`${edge.from}.`));

const rank = (edge: GraphEdge, current: string | null) => (leadsAway(edge, current) ? 1 : 0);

function kindOf(edge: GraphEdge, current: string | null, last: GraphEdge[]): Kind {
  if (last.includes(edge)) return "last";
  return leadsAway(edge, current) ? "ahead" : "idle";
}

function Group({ state, current, edges }: { state: GraphState; current: string | null; edges: GraphEdge[] }) {
  const { x, y, width, height, name } = BOXES[state.path]!;
  const inside = edges.find(({ from, to }) => from === state.path && to === state.path);
  const isCurrent = current?.startsWith(`${state.path}.`);
  return (
    <g className="group" data-current={isCurrent || undefined}>
      <rect x={x - width / 2} y={y - height / 2} width={width} height={height} rx="14" />
      <text x={name?.x} y={name?.y} textAnchor={name?.anchor}>
        {state.name}
      </text>
      {inside && isCurrent && (
        <text className="inside" x={x - width / 2 + 12} y={y + height / 2 - 8}>
          {eventNames([inside]).join(" · ")} ↺
        </text>
      )}
    </g>
  );
}

function State({ state, current }: { state: GraphState; current: string | null }) {
  const { x, y, width, height } = BOXES[state.path]!;
  return (
    <g className="state" data-state={state.path} data-current={state.path === current || undefined}>
      <rect x={x - width / 2} y={y - height / 2} width={width} height={height} rx={height / 2} />
      <text x={x} y={y + 4} textAnchor="middle">
        {state.name}
      </text>
    </g>
  );
}

function Edge({ edge, kind }: { edge: GraphEdge; kind: Kind }) {
  const { corners, label } = ROUTES[edge.id]!;
  if (corners === "") return null;
  return (
    <g className="edge" data-kind={kind}>
      <path d={roundedPath(corners)} markerEnd={`url(#arrow-${kind})`} />
      {label && kind !== "idle" && (
        <text x={label.x} y={label.y} textAnchor={label.anchor}>
          <Names edge={edge} x={label.x} />
        </text>
      )}
    </g>
  );
}

/** The events of an edge, on one line, or below each other where that would be too long. */
function Names({ edge: { events }, x }: { edge: GraphEdge; x: number }) {
  const names = [...new Set(events.map(({ type }) => type))];
  if (names.length <= 2) return names.join(" · ");
  return names.map((name, line) => (
    <tspan key={name} x={x} dy={line === 0 ? 0 : 10}>
      {name}
    </tspan>
  ));
}
