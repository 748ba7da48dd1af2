import { useEffect, useLayoutEffect, useRef, useState, type PointerEvent, type RefObject } from "react";
import { stateAt, type Chart } from "../chart/chart.js";

/** Labels are 12 pixels at a zoom of 1; nobody has to read smaller ones than 11 without having asked for it. */
const LEGIBLE = 11 / 12;
const LEAST = 0.3;
const MOST = 2.5;
const STEP = 1.25;

/** A point of the chart, and where in the canvas it is to stay. */
interface Anchor {
  chart: [number, number];
  canvas: [number, number];
}

export interface Zoom {
  scale: number;
  zoomIn: () => void;
  zoomOut: () => void;
  /** Shows the whole chart, however small. */
  showAll: () => void;
  /** Brings a state to the middle. */
  show: (path: string) => void;
}

type Canvas = RefObject<HTMLDivElement | null>;

/** Zooms a chart in a canvas that scrolls, and keeps the current state in sight. */
export function useZoom(canvas: Canvas, chart: Chart, current: string | null): Zoom {
  const [scale, setScale] = useState(1);
  const anchor = useRef<Anchor | null>(null);

  /** @param at - what stays where it is, in the canvas. Default: its middle. */
  const zoomTo = (wanted: number, at?: [number, number]) => {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = canvas.current!;
    const [x, y] = at ?? [clientWidth / 2, clientHeight / 2];
    anchor.current = { chart: [(scrollLeft + x) / scale, (scrollTop + y) / scale], canvas: [x, y] };
    setScale(Math.min(MOST, Math.max(LEAST, wanted)));
  };

  useEffect(() => {
    const element = canvas.current!;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      zoomTo(scale * Math.exp(-event.deltaY / 300), [event.clientX - left, event.clientY - top]);
    };
    // React's own listeners are passive: they could not keep the page from zooming.
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  });

  useLayoutEffect(() => {
    if (!anchor.current) return;
    const { chart: point, canvas: place } = anchor.current;
    anchor.current = null;
    moveTo(canvas.current!, point[0] * scale - place[0], point[1] * scale - place[1]);
  }, [canvas, scale]);

  useLayoutEffect(() => {
    // eslint-disable-next-line react-hooks/set-state-in-effect -- how large a chart may be is known once its canvas is there
    setScale(Math.min(1.2, Math.max(LEGIBLE, fit(canvas.current!, chart))));
  }, [canvas, chart]);

  useEffect(() => {
    if (current !== null) center(canvas.current!, chart, current);
  }, [canvas, chart, current]);
  return {
    scale,
    zoomIn: () => zoomTo(scale * STEP),
    zoomOut: () => zoomTo(scale / STEP),
    showAll: () => zoomTo(fit(canvas.current!, chart)),
    show: (path) => center(canvas.current!, chart, path),
  };
}

/** Moves the chart at once: what follows a pointer must not lag behind. */
const moveTo = (canvas: HTMLElement, left: number, top: number): void =>
  canvas.scrollTo({ left, top, behavior: "instant" });

/** The zoom at which the whole chart can be seen. */
const fit = ({ clientWidth, clientHeight }: HTMLElement, { width, height }: Chart): number =>
  Math.min(clientWidth / width, clientHeight / height);

/** Brings a state to the middle of the canvas, at whatever zoom. */
function center(canvas: HTMLElement, chart: Chart, path: string): void {
  const state = stateAt(chart, path);
  if (!state) return;
  const scale = canvas.firstElementChild!.getBoundingClientRect().width / chart.width;
  canvas.scrollTo(
    (state.x + state.width / 2) * scale - canvas.clientWidth / 2,
    (state.y + state.height / 2) * scale - canvas.clientHeight / 2,
  );
}

/** The handlers with which a mouse drags the chart. Fingers, wheels and arrow keys scroll it as they scroll a page. */
export function useDrag(canvas: Canvas) {
  const from = useRef<{ x: number; y: number; left: number; top: number } | null>(null);
  return {
    onPointerDown: ({ pointerType, button, clientX: x, clientY: y }: PointerEvent) => {
      if (pointerType !== "mouse" || button !== 0) return;
      from.current = { x, y, left: canvas.current!.scrollLeft, top: canvas.current!.scrollTop };
    },
    onPointerMove: ({ clientX, clientY, buttons }: PointerEvent) => {
      if (buttons === 0) from.current = null;
      const start = from.current;
      if (start) moveTo(canvas.current!, start.left + start.x - clientX, start.top + start.y - clientY);
    },
    onPointerUp: () => {
      from.current = null;
    },
  };
}
