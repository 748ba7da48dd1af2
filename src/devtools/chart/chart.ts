/** A machine, laid out: `npm run layout` writes the charts of `charts.ts` in this form. Lengths are in pixels at a zoom of 1. */
export interface Chart {
  width: number;
  height: number;
  states: ChartState[];
  edges: ChartEdge[];
}

export interface ChartState {
  /** The state's path in the machine, such as `running.queued`; in the simple chart of a thread, its public status. */
  path: string;
  /** What is written on it. */
  name: string;
  /**
   * A `group` holds other states and is never the current one itself; the machine passes through a `transient` state within one
   * event; `initial` is the dot from which an arrow leads to where a machine or a group begins.
   */
  kind: "state" | "group" | "transient" | "final" | "initial";
  description: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** The events that leave it as it is. */
  stays: Way[];
  /** The types of the events that it decides itself, whatever the group around it does with them. */
  decides: string[];
}

/** An event that leads along an edge, and the condition, in words; "" where there is none. */
export interface Way {
  /** The event's type; "" in a state that is left at once. */
  event: string;
  guard: string;
}

/** All ways from one state to another. */
export interface ChartEdge {
  from: string;
  to: string;
  ways: Way[];
  /** The corners of its line, as "x,y x,y". */
  corners: string;
  /** The lines of its label, and the middle of it. */
  label?: { lines: string[]; x: number; y: number };
}

/** The group that a state is in; "" for the machine itself. */
export const groupOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf(".")));

/** A state and the group around it, the state first. */
export const withGroup = (path: string): string[] => (groupOf(path) === "" ? [path] : [path, groupOf(path)]);

export const stateAt = (chart: Chart, path: string): ChartState | undefined =>
  chart.states.find((state) => state.path === path);
