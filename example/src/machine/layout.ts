/**
 * Where the diagram puts what the machine has. States and edges come from the machine (graph.ts); a test holds
 * this file against it, so that a new state or transition cannot be forgotten here.
 */
export interface Box {
  /** The middle. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** Where the name of a group is. */
  name?: Label;
}

/** Where the words are and which way they run from there. */
interface Label {
  x: number;
  y: number;
  anchor: "start" | "middle" | "end";
}

export interface Route {
  /** The corners, from the edge of one box to the edge of the other, as "x,y x,y"; empty for none. */
  corners: string;
  label?: Label;
}

export const WIDTH = 640;
export const HEIGHT = 600;

const state = (x: number, y: number, width = 96, height = 32): Box => ({ x, y, width, height });

export const BOXES: Record<string, Box> = {
  begin: state(240, 32, 64, 26),
  running: { x: 233, y: 238, width: 386, height: 318, name: { x: 82, y: 99, anchor: "start" } },
  "running.queued": state(240, 132),
  "running.streaming": state(240, 240),
  "running.tools": state(118, 336),
  "running.backoff": state(356, 336),
  preparing: { x: 550, y: 238, width: 150, height: 318, name: { x: 618, y: 99, anchor: "end" } },
  "preparing.truncating": state(550, 132),
  "preparing.copying": state(550, 240),
  "preparing.stopping": state(550, 336),
  settled: { x: 233, y: 462, width: 426, height: 88, name: { x: 36, y: 438, anchor: "start" } },
  "settled.idle": state(72, 466, 72),
  "settled.stopped": state(172, 466, 92),
  "settled.completed": state(278, 466),
  "settled.failed": state(384, 466, 92),
  deleting: state(180, 562),
  deleted: state(340, 562),
};

const route = (corners: string, x: number, y: number, anchor: Label["anchor"]): Route => ({
  corners,
  label: { x, y, anchor },
});

export const ROUTES: Record<string, Route> = {
  "begin -> running.queued": { corners: "240,45 240,116" },
  // What changes a state's knowledge and not where it is has no way to draw.
  "settled -> settled": { corners: "" },
  "running -> running": { corners: "" },
  "preparing -> preparing": { corners: "" },
  "running -> begin": route("300,79 300,32 272,32", 305, 62, "start"),
  "begin -> settled.stopped": { corners: "272,38 436,38 436,404 150,404 150,450" },
  "running.queued -> running.streaming": route("226,148 226,224", 221, 192, "end"),
  "running.streaming -> running.queued": route("254,224 254,148", 259, 192, "start"),
  "running.queued -> running.queued": route("262,116 262,102 304,102 304,125 288,125", 309, 112, "start"),
  "running.queued -> settled.failed": route("288,140 412,140 412,410 400,410 400,450", 407, 135, "end"),
  "running.queued -> running.backoff": { corners: "288,148 398,148 398,320" },
  "running.queued -> begin": route("256,116 256,45", 261, 72, "start"),
  "running.streaming -> running.tools": route("204,256 204,288 118,288 118,320", 124, 282, "start"),
  "running.streaming -> running.backoff": route("276,256 276,288 340,288 340,320", 282, 282, "start"),
  "running.tools -> running.streaming": route("140,320 140,304 215,304 215,256", 146, 315, "start"),
  "running.tools -> running.queued": route("90,320 90,132 192,132", 95, 146, "start"),
  "running.backoff -> running.queued": route("384,320 384,166 274,166 274,148", 379, 178, "end"),
  "running.streaming -> begin": route("192,240 138,240 138,62 222,62 222,45", 143, 92, "start"),
  "running.tools -> begin": route("74,320 74,62 222,62 222,45", 79, 73, "start"),
  "running.tools -> settled.stopped": route("118,352 118,410 162,410 162,450", 113, 372, "end"),
  "running.streaming -> settled.completed": route("226,256 226,400 278,400 278,450", 221, 372, "end"),
  "running.streaming -> settled.failed": route("254,256 254,380 370,380 370,450", 260, 372, "start"),
  "running -> settled.failed": { corners: "418,397 418,450" },
  "running -> settled.stopped": route("182,397 182,450", 187, 414, "start"),
  "running -> deleting": route("426,320 452,320 452,534 212,534 212,546", 446, 529, "end"),
  // Settled threads go back to the beginning around the left side.
  "settled -> begin": route("20,452 8,452 8,8 240,8 240,19", 14, 404, "start"),
  "settled.stopped -> begin": { corners: "172,482 172,514 8,514 8,8 240,8 240,19" },
  "settled -> deleting": route("130,506 130,524 180,524 180,546", 125, 521, "end"),
  // The history is edited to the right, and a turn begins with what is left.
  "settled.idle -> preparing.copying": route("72,482 72,520 632,520 632,240 598,240", 626, 515, "end"),
  "running -> preparing.truncating": route("426,140 502,140", 452, 154, "middle"),
  "settled -> preparing.truncating": route("446,462 464,462 464,120 502,120", 469, 458, "start"),
  "preparing.truncating -> begin": route("536,116 536,12 252,12 252,19", 530, 24, "end"),
  "preparing.copying -> begin": { corners: "502,232 488,232 488,26 272,26" },
  "preparing.copying -> settled.idle": route("502,248 476,248 476,424 72,424 72,450", 496, 262, "end"),
  "preparing.truncating -> preparing.stopping": route("598,140 614,140 614,336 598,336", 608, 292, "end"),
  "preparing.copying -> preparing.stopping": { corners: "540,256 540,320" },
  "preparing.stopping -> begin": { corners: "502,330 480,330 480,26 272,26" },
  "preparing.stopping -> settled.stopped": route("540,352 540,430 194,430 194,450", 534, 425, "end"),
  "preparing -> settled.failed": { corners: "490,397 490,442 426,442 426,450" },
  "preparing -> deleting": route("560,397 560,588 180,588 180,578", 554, 583, "end"),
  "deleting -> deleted": route("228,562 292,562", 260, 556, "middle"),
};
