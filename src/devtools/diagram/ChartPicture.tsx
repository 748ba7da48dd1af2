import { memo, useRef, type KeyboardEvent } from "react";
import { withGroup, type Chart, type ChartEdge, type ChartState } from "../chart/chart.js";
import { Arrow, lit, type ArrowKind } from "./Arrow.js";
import type { Course } from "./course.js";
import type { Subject } from "./Meaning.js";
import { isPlace, neighbour } from "./neighbour.js";
import { Group, StateBox } from "./StateBox.js";

interface ChartPictureProps {
  chart: Chart;
  course: Course;
  /** The edges that an event may lead along now. */
  legal: ReadonlySet<ChartEdge>;
  scale: number;
  /** The path of the state that the tab key leads to; null for the first one. */
  tabStop: string | null;
  pointed: Subject | null;
  onPoint: (subject: Subject | null) => void;
  /** Called with the state that has the focus, or null. */
  onFocus: (state: ChartState | null) => void;
}

/** What matters more is drawn later, above the rest. */
const RANK: Record<ArrowKind, number> = { other: 0, taken: 1, legal: 2, last: 3 };

/** How many seconds there are between two edges that are lit in passing, and what all of them take at most. */
const PACE = 0.35;
const LONGEST = 2.4;

/** A chart as SVG, whose states take the focus one at a time: arrow keys lead from one to the next. */
export const ChartPicture = memo(function ChartPicture(props: ChartPictureProps) {
  const { chart, course, legal, scale, tabStop, pointed, onPoint, onFocus } = props;
  const { current, last, passing, lastKey, taken } = course;
  const svg = useRef<SVGSVGElement>(null);
  const kindOf = (edge: ChartEdge): ArrowKind => {
    if (last.includes(edge)) return "last";
    if (legal.has(edge)) return "legal";
    return taken.has(edge) ? "taken" : "other";
  };
  const litAfter = (order: number) => (order < 0 ? null : order * Math.min(PACE, LONGEST / passing.length));
  const onKeyDown = (state: ChartState, event: KeyboardEvent) => {
    const next = neighbour(chart, state, event.key);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    svg.current!.querySelector<SVGGElement>(`[data-state="${next.path}"]`)!.focus();
  };
  const around = current === null ? [] : withGroup(current);
  const tabbed = tabStop ?? chart.states.find(isPlace)?.path;
  return (
    <svg
      ref={svg}
      className="cda-chart"
      width={chart.width * scale}
      height={chart.height * scale}
      viewBox={`0 0 ${chart.width} ${chart.height}`}
      role="group"
      aria-label="States"
    >
      {chart.states.map(
        (state) =>
          state.kind === "group" && (
            <Group key={state.path} state={state} isCurrent={around.includes(state.path)} saysStays />
          ),
      )}
      {chart.edges
        .map((edge) => ({ edge, kind: kindOf(edge) }))
        .toSorted((a, b) => RANK[a.kind] - RANK[b.kind])
        .map(({ edge, kind }) => (
          <Arrow
            // A new key begins the animation again.
            key={`${edge.from} ${edge.to} ${passing.includes(edge) ? lastKey : ""}`}
            edge={edge}
            kind={kind}
            isTaken={taken.has(edge)}
            isLegal={legal.has(edge)}
            litAfter={litAfter(passing.indexOf(edge))}
            isPointed={pointed === edge}
            onPoint={onPoint}
          />
        ))}
      {chart.states.map((state) => {
        if (state.kind === "group") return null;
        const isCurrent = state.path === current;
        const leadsHere = ({ to }: ChartEdge) => to === state.path && !isCurrent;
        const wasPassed = last.some(leadsHere);
        const isPassing = passing.some(leadsHere);
        return (
          <StateBox
            key={`${state.path} ${isPassing ? lastKey : ""}`}
            state={state}
            isCurrent={isCurrent}
            data-passed={wasPassed || undefined}
            data-passing={isPassing || undefined}
            style={lit(litAfter(passing.findIndex(leadsHere)))}
            role="button"
            tabIndex={state.path === tabbed ? 0 : -1}
            aria-current={isCurrent || undefined}
            aria-label={labelOf(state, isCurrent, wasPassed)}
            onFocus={() => onFocus(state)}
            onBlur={() => onFocus(null)}
            onKeyDown={(event) => onKeyDown(state, event)}
            onPointerEnter={() => onPoint(state)}
            onPointerLeave={() => onPoint(null)}
          />
        );
      })}
    </svg>
  );
});

const KINDS: Partial<Record<ChartState["kind"], string>> = { transient: ", transient", final: ", final" };

const labelOf = ({ name, kind, description }: ChartState, isCurrent: boolean, wasPassed: boolean): string => {
  const role = isCurrent ? ", current state" : wasPassed ? ", just passed through" : (KINDS[kind] ?? "");
  return `${name}${role}. ${description}`;
};
