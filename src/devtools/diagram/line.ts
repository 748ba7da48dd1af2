export type Point = [number, number];

export const pointsOf = (corners: string): Point[] =>
  corners.split(" ").map((corner) => corner.split(",").map(Number) as Point);

/** A line through the corners with its bends rounded, as an SVG path. */
export function roundedLine(points: Point[], radius = 6): string {
  const bends = points.slice(1, -1).map((corner, index) => {
    const enter = towards(corner, points[index]!, radius);
    const leave = towards(corner, points[index + 2]!, radius);
    return `L ${enter.join(" ")} Q ${corner.join(" ")} ${leave.join(" ")}`;
  });
  return [`M ${points[0]!.join(" ")}`, ...bends, `L ${points.at(-1)!.join(" ")}`].join(" ");
}

/** The head of an arrow at the end of a line, as an SVG path. */
export function arrowHead(points: Point[], size = 7): string {
  const [tip, before] = [points.at(-1)!, points.at(-2)!];
  const [x, y] = towards(tip, before, size, 1);
  const [dx, dy] = [(tip[1] - y) / 2, (x - tip[0]) / 2];
  return `M ${tip.join(" ")} L ${x + dx} ${y + dy} L ${x - dx} ${y - dy} z`;
}

/** The point on the way from one point to another, and no further than a share of it. */
function towards([x, y]: Point, [toX, toY]: Point, distance: number, most = 0.5): Point {
  const length = Math.hypot(toX - x, toY - y);
  const share = length === 0 ? 0 : Math.min(distance / length, most);
  return [x + (toX - x) * share, y + (toY - y) * share];
}
