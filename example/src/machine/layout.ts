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
export interface Label {
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
export const HEIGHT = 590;

const state = (x: number, y: number, width = 96, height = 32): Box => ({ x, y, width, height });

export const BOXES: Record<string, Box> = {
  idle: state(84, 32, 76),
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
  stopped: state(118, 446),
  completed: state(240, 446),
  failed: state(362, 446),
  deleting: state(180, 552),
  deleted: state(340, 552),
};

const route = (corners: string, x: number, y: number, anchor: Label["anchor"]): Route => ({
  corners,
  label: { x, y, anchor },
});

export const ROUTES: Record<string, Route> = {
  "idle -> begin": route("122,32 208,32", 165, 26, "middle"),
  "begin -> running.queued": { corners: "240,45 240,116" },
  // What changes a state's knowledge and not where it is has no way to draw.
  "running -> running": { corners: "" },
  "preparing -> preparing": { corners: "" },
  "idle -> idle": { corners: "" },
  "completed -> completed": { corners: "" },
  "failed -> failed": { corners: "" },
  "stopped -> stopped": { corners: "" },
  "running -> begin": route("300,79 300,32 272,32", 305, 62, "start"),
  "begin -> stopped": { corners: "272,38 436,38 436,408 132,408 132,430" },
  "running.queued -> running.streaming": route("226,148 226,224", 221, 192, "end"),
  "running.streaming -> running.queued": route("254,224 254,148", 259, 192, "start"),
  "running.queued -> running.queued": route("262,116 262,102 304,102 304,125 288,125", 309, 112, "start"),
  "running.queued -> failed": route("288,140 412,140 412,412 384,412 384,430", 407, 135, "end"),
  "running.queued -> begin": route("256,116 256,45", 261, 72, "start"),
  "running.streaming -> running.tools": route("204,256 204,288 118,288 118,320", 124, 282, "start"),
  "running.streaming -> running.backoff": route("276,256 276,288 340,288 340,320", 282, 282, "start"),
  "running.tools -> running.queued": route("90,320 90,132 192,132", 95, 146, "start"),
  "running.backoff -> running.queued": route("384,320 384,166 274,166 274,148", 379, 178, "end"),
  "running.streaming -> begin": route("192,240 138,240 138,62 222,62 222,45", 143, 92, "start"),
  "running.tools -> begin": route("74,320 74,62 222,62 222,45", 79, 73, "start"),
  "running.tools -> stopped": route("118,352 118,430", 123, 413, "start"),
  "running.streaming -> completed": route("226,256 226,430", 221, 372, "end"),
  "running.streaming -> failed": route("254,256 254,380 340,380 340,430", 260, 372, "start"),
  "running -> stopped": route("90,397 90,430", 85, 413, "end"),
  "running -> deleting": route("426,320 446,320 446,524 212,524 212,536", 440, 519, "end"),
  // The settled states share a rail back to the beginning, around the left side, and one to the end.
  "stopped -> begin": route("104,462 104,484 22,484 22,8 240,8 240,19", 28, 496, "start"),
  "completed -> begin": { corners: "226,462 226,484 22,484 22,8 240,8 240,19" },
  "failed -> begin": { corners: "348,462 348,484 22,484 22,8 240,8 240,19" },
  "stopped -> deleting": { corners: "132,462 132,504 180,504 180,536" },
  "completed -> deleting": { corners: "254,462 254,504 180,504 180,536" },
  "failed -> deleting": { corners: "376,462 376,504 180,504 180,536" },
  "idle -> deleting": route("46,32 8,32 8,524 148,524 148,536", 28, 519, "start"),
  // The history is edited to the right, and a turn begins with what is left.
  "idle -> preparing.truncating": route("110,48 110,56 574,56 574,116", 580, 52, "start"),
  "idle -> preparing.copying": route("96,48 96,68 632,68 632,240 598,240", 626, 64, "end"),
  "running -> preparing.truncating": route("426,140 502,140", 452, 154, "middle"),
  "stopped -> preparing.truncating": route("146,462 146,494 462,494 462,120 502,120", 456, 489, "end"),
  "completed -> preparing.truncating": { corners: "268,462 268,494 462,494 462,120 502,120" },
  "failed -> preparing.truncating": { corners: "390,462 390,494 462,494 462,120 502,120" },
  "preparing.truncating -> begin": route("536,116 536,12 252,12 252,19", 530, 24, "end"),
  "preparing.copying -> begin": { corners: "502,232 488,232 488,26 272,26" },
  "preparing.copying -> idle": route("502,248 470,248 470,74 60,74 60,48", 496, 262, "end"),
  "preparing.truncating -> preparing.stopping": route("598,140 614,140 614,336 598,336", 608, 292, "end"),
  "preparing.copying -> preparing.stopping": { corners: "540,256 540,320" },
  "preparing.stopping -> begin": { corners: "502,330 480,330 480,26 272,26" },
  "preparing.stopping -> stopped": route("540,352 540,420 104,420 104,430", 534, 415, "end"),
  "preparing -> deleting": route("560,397 560,578 180,578 180,568", 554, 573, "end"),
  "deleting -> deleted": route("228,552 292,552", 260, 546, "middle"),
};
