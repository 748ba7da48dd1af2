import type { Chart, ChartState } from "../chart/chart.js";

const DIRECTIONS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const middle = ({ x, y, width, height }: ChartState): [number, number] => [x + width / 2, y + height / 2];

/** Whether one can stand on a state. */
export const isPlace = ({ kind }: ChartState): boolean => kind !== "group" && kind !== "initial";

/** The state that is nearest in the direction of an arrow key; undefined for other keys, and where there is none. */
export function neighbour(chart: Chart, from: ChartState, key: string): ChartState | undefined {
  const direction = DIRECTIONS[key];
  if (!direction) return undefined;
  const [x, y] = middle(from);
  const far = (state: ChartState): number => {
    const [dx, dy] = [middle(state)[0] - x, middle(state)[1] - y];
    const ahead = dx * direction[0] + dy * direction[1];
    const aside = Math.abs(dx * direction[1]) + Math.abs(dy * direction[0]);
    return ahead > 0 ? ahead + 2 * aside : Infinity;
  };
  const [nearest] = chart.states.filter(isPlace).toSorted((a, b) => far(a) - far(b));
  return nearest && far(nearest) < Infinity ? nearest : undefined;
}
