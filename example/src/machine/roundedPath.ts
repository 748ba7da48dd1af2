/** A line through the corners ("x,y x,y") with its bends rounded, as an SVG path. */
export function roundedPath(corners: string, radius = 7): string {
  const points = corners.split(" ").map((corner) => corner.split(",").map(Number) as [number, number]);
  const bends = points.slice(1, -1).map((corner, index) => {
    const enter = towards(corner, points[index]!, radius);
    const leave = towards(corner, points[index + 2]!, radius);
    return `L ${enter.join(" ")} Q ${corner.join(" ")} ${leave.join(" ")}`;
  });
  const [start, end] = [points[0]!, points.at(-1)!];
  return [`M ${start.join(" ")}`, ...bends, `L ${end.join(" ")}`].join(" ");
}

/** The point on the way from one point to another, at most half way. */
function towards([x, y]: [number, number], [toX, toY]: [number, number], distance: number): [number, number] {
  const length = Math.hypot(toX - x, toY - y);
  const share = length === 0 ? 0 : Math.min(distance / length, 0.5);
  return [x + (toX - x) * share, y + (toY - y) * share];
}
