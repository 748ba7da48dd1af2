import type { SVGProps } from "react";
import type { ChartState } from "../chart/chart.js";

interface GroupProps {
  state: ChartState;
  isCurrent: boolean;
  /** Whether the events that leave it as it is are written on it. */
  saysStays?: boolean;
}

/** A group of states: the frame around them. */
export function Group({ state, isCurrent, saysStays = false }: GroupProps) {
  const { x, y, width, height, name } = state;
  const stays = saysStays ? [...new Set(state.stays.map(({ event }) => event))] : [];
  return (
    <g className="cda-group" data-current={isCurrent || undefined}>
      <rect x={x} y={y} width={width} height={height} rx={10} />
      <text x={x + 12} y={y + 21}>
        {name}
      </text>
      {stays.length > 0 && (
        <text className="cda-stays" x={x + 12} y={y + 40}>
          ↺ {stays.join(" · ")}
        </text>
      )}
    </g>
  );
}

interface StateBoxProps extends SVGProps<SVGGElement> {
  state: ChartState;
  isCurrent: boolean;
}

/** A state that is no group. */
export function StateBox({ state, isCurrent, ...props }: StateBoxProps) {
  const { path, kind, name, x, y, width, height } = state;
  if (kind === "initial")
    return <circle className="cda-dot" cx={x + width / 2} cy={y + height / 2} r={width / 2} />;
  return (
    <g
      className="cda-state"
      data-state={path}
      data-kind={kind}
      data-current={isCurrent || undefined}
      {...props}
    >
      <rect x={x} y={y} width={width} height={height} rx={8} />
      {kind === "final" && <rect x={x + 3} y={y + 3} width={width - 6} height={height - 6} rx={6} />}
      <text x={x + width / 2} y={y + height / 2} dy="0.36em">
        {name}
      </text>
    </g>
  );
}
