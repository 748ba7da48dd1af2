import { useCallback, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { stateAt, type Chart, type ChartState } from "../chart/chart.js";
import { legalEvents } from "../chart/route.js";
import { ChartPicture } from "./ChartPicture.js";
import type { Course } from "./course.js";
import { Meaning, type Subject } from "./Meaning.js";
import { useDrag, useZoom } from "./useZoom.js";

export interface DiagramProps {
  chart: Chart;
  /** What it is a diagram of. */
  label: string;
  course: Course;
  /** Stands before the buttons. */
  children?: ReactNode;
}

const KEY = [
  ["last", "last transition"],
  ["taken", "taken before"],
  ["legal", "possible now"],
] as const;

/** A chart that can be zoomed and moved, with the current state, the way there, and what may come next. */
export function Diagram({ chart, label, course, children }: DiagramProps) {
  const { current, events } = course;
  const canvas = useRef<HTMLDivElement>(null);
  const zoom = useZoom(canvas, chart, current);
  const drag = useDrag(canvas);
  const [pointed, setPointed] = useState<Subject | null>(null);
  const [focused, setFocused] = useState<ChartState | null>(null);
  const legal = useMemo(
    () =>
      new Set(
        current === null
          ? []
          : chart.edges.filter((edge) => legalEvents(chart, edge, current, events).length > 0),
      ),
    [chart, current, events],
  );
  const onFocus = useCallback((state: ChartState | null) => {
    if (state) setFocused(state);
    setPointed(state);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const run = { "+": zoom.zoomIn, "=": zoom.zoomIn, "-": zoom.zoomOut, "0": zoom.showAll }[event.key];
    if (!run || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    run();
  };
  const subject = pointed ?? (current === null ? null : stateAt(chart, current)) ?? null;
  return (
    <figure className="cda-diagram" aria-label={label}>
      <div className="cda-bar">
        {children}
        <span className="cda-buttons" role="group" aria-label="Zoom">
          <button type="button" onClick={zoom.zoomOut} aria-label="Zoom out" title="Zoom out (-)">
            −
          </button>
          <button type="button" onClick={zoom.zoomIn} aria-label="Zoom in" title="Zoom in (+)">
            +
          </button>
          <button type="button" onClick={zoom.showAll} title="Show the whole diagram (0)">
            Whole
          </button>
          <button
            type="button"
            onClick={() => current !== null && zoom.show(current)}
            disabled={current === null}
            title="Bring the current state to the middle"
          >
            Current
          </button>
        </span>
      </div>
      <div
        className="cda-canvas"
        ref={canvas}
        role="region"
        aria-label={`${label}: arrow keys move it, plus and minus zoom`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        {...drag}
      >
        <ChartPicture
          chart={chart}
          course={course}
          legal={legal}
          scale={zoom.scale}
          tabStop={focused && chart.states.includes(focused) ? focused.path : current}
          pointed={pointed}
          onPoint={setPointed}
          onFocus={onFocus}
        />
      </div>
      <p className="cda-key">
        {KEY.map(([kind, words]) => (
          <span key={kind}>
            <i data-kind={kind} />
            {words}
          </span>
        ))}
      </p>
      <Meaning chart={chart} course={course} subject={subject} />
    </figure>
  );
}
