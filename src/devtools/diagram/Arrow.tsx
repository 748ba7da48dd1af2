import type { CSSProperties } from "react";
import type { ChartEdge } from "../chart/chart.js";
import { arrowHead, pointsOf, roundedLine } from "./line.js";

/** The last transition went along it; an event may lead along it now; it was taken before; or none of these. */
export type ArrowKind = "last" | "legal" | "taken" | "other";

interface ArrowProps {
  edge: ChartEdge;
  kind: ArrowKind;
  isTaken: boolean;
  isLegal: boolean;
  /** After how many seconds it is lit in passing; null if it is not. */
  litAfter: number | null;
  isPointed: boolean;
  onPoint: (edge: ChartEdge | null) => void;
}

/** The height of a label's lines, for which `npm run layout` makes room. */
const LINE_HEIGHT = 15;

/** What the animations wait for. */
export const lit = (after: number | null) =>
  after === null ? undefined : ({ "--_after": `${after}s` } as CSSProperties);

/** An edge of a chart: a line with a head, and the events that lead along it. */
export function Arrow({ edge, kind, isTaken, isLegal, litAfter, isPointed, onPoint }: ArrowProps) {
  const points = pointsOf(edge.corners);
  const line = roundedLine(points);
  const { lines = [], x, y = 0 } = edge.label ?? {};
  return (
    <g
      className="cda-arrow"
      data-kind={kind}
      data-taken={isTaken || undefined}
      data-legal={isLegal || undefined}
      data-pointed={isPointed || undefined}
      data-passing={litAfter !== null || undefined}
      data-edge={`${edge.from} -> ${edge.to}`}
      style={lit(litAfter)}
      onPointerEnter={() => onPoint(edge)}
      onPointerLeave={() => onPoint(null)}
      onClick={() => onPoint(edge)}
    >
      <path className="cda-near" d={line} />
      <path className="cda-line" d={line} />
      <path className="cda-head" d={arrowHead(points)} />
      {lines.map((text, index) => (
        <text key={text} x={x} y={y + (index - (lines.length - 1) / 2) * LINE_HEIGHT} dy="0.34em">
          {text}
        </text>
      ))}
    </g>
  );
}
