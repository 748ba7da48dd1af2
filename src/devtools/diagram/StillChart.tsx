import { memo } from "react";
import { withGroup, type Chart } from "../chart/chart.js";
import { Arrow } from "./Arrow.js";
import { Group, StateBox } from "./StateBox.js";

interface StillChartProps {
  chart: Chart;
  current: string | null;
  /** What it shows, in a few words. */
  label: string;
}

const nothing = () => {};

/** A chart to look at, with the current state and what may lead away from it. */
export const StillChart = memo(function StillChart({ chart, current, label }: StillChartProps) {
  const { width, height, states, edges } = chart;
  const around = current === null ? [] : withGroup(current);
  return (
    <div className="cda-still" role="region" aria-label={label} tabIndex={0}>
      <svg
        className="cda-chart"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={label}
      >
        {states.map(
          (state) =>
            state.kind === "group" && (
              <Group key={state.path} state={state} isCurrent={around.includes(state.path)} />
            ),
        )}
        {edges.map((edge) => (
          <Arrow
            key={`${edge.from} ${edge.to}`}
            edge={edge}
            kind={edge.from === current ? "legal" : "other"}
            isTaken={false}
            isLegal={edge.from === current}
            litAfter={null}
            isPointed={false}
            onPoint={nothing}
          />
        ))}
        {states.map(
          (state) =>
            state.kind !== "group" && (
              <StateBox key={state.path} state={state} isCurrent={state.path === current} />
            ),
        )}
      </svg>
    </div>
  );
});
