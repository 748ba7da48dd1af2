import { stateAt, withGroup, type Chart, type ChartEdge } from "./chart.js";

/** A transition as a log has it: where from, where to, and by which event. */
export interface Step {
  from: string;
  to: string;
  /** Null where nobody knows: it may be any. */
  event: string | null;
}

/** The transient state in which a thread's turn begins. */
const BEGIN = "begin";

/**
 * The edges along which a transition went, in order: through transient states, and into the group that it entered. None if it left the
 * state as it was, or if the chart does not have it: logs keep the names that they were written with.
 *
 * @param beginsTurn - whether a turn began with it, where that is known. It tells two ways with the same ends apart.
 */
export function routeOf(chart: Chart, { from, to, event }: Step, beginsTurn?: boolean): ChartEdge[] {
  const first = withGroup(from)
    .map((source) => chart.edges.filter((edge) => edge.from === source && hasEvent(edge, event)))
    .flat();
  const routes = first.flatMap((edge) => waysTo(chart, edge, to)).toSorted((a, b) => a.length - b.length);
  const fits = (route: ChartEdge[]) => route.some((edge) => edge.to === BEGIN) === beginsTurn;
  return routes.find(fits) ?? routes[0] ?? [];
}

const hasEvent = (edge: ChartEdge, event: string | null) =>
  event === null || edge.ways.some((way) => way.event === event);

/** The routes that begin with an edge and end in a state. */
function waysTo(chart: Chart, edge: ChartEdge, to: string): ChartEdge[][] {
  const end = stateAt(chart, edge.to);
  if (edge.to === to) return [[edge]];
  if (end?.kind !== "group" && end?.kind !== "transient") return [];
  const onward = end.kind === "group" ? `${edge.to}.initial` : edge.to;
  return chart.edges
    .filter(({ from }) => from === onward)
    .flatMap((next) => waysTo(chart, next, to))
    .map((rest) => [edge, ...rest]);
}

/**
 * The events that would lead along an edge now.
 *
 * @param events - the types of the events that are accepted; null where only the chart says which.
 */
export function legalEvents(
  chart: Chart,
  edge: ChartEdge,
  current: string,
  events: readonly string[] | null,
): string[] {
  if (!withGroup(current).includes(edge.from)) return [];
  const own = edge.from === current ? [] : (stateAt(chart, current)?.decides ?? []);
  return edge.ways
    .map(({ event }) => event)
    .filter((event) => event !== "" && !own.includes(event) && (events === null || events.includes(event)));
}
