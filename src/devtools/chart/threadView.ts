import { threadStatus, valueAt } from "../../../machines/thread/states.js";
import type { Chart, ChartEdge } from "./chart.js";
import { STATUS_CHART, THREAD_CHART } from "./charts.js";
import { routeOf, type Step } from "./route.js";

/** How a thread is drawn: by its five public statuses, or with all states of its machine. */
export type ThreadView = "simple" | "full";

export const chartOf = (view: ThreadView): Chart => (view === "simple" ? STATUS_CHART : THREAD_CHART);

/** The place of a state in a view's chart. */
export const placeIn = (view: ThreadView, state: string): string =>
  view === "simple" ? statusOf(state) : state;

/** The status of a thread in a state, by the state's path or its name. */
const statusOf = (state: string): string => threadStatus({ value: valueAt(state) }) ?? state;

/** The edges along which a transition went, in a view's chart. */
export function threadRoute(view: ThreadView, { from, to, event }: Step, beginsTurn?: boolean): ChartEdge[] {
  if (view === "full") return routeOf(THREAD_CHART, { from, to, event }, beginsTurn);
  return routeOf(STATUS_CHART, { from: statusOf(from), to: statusOf(to), event });
}
