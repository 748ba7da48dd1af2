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
}

export interface Route {
  /** The corners, from the edge of one box to the edge of the other. */
  points: [number, number][];
  /** Where the label is and which way it runs from there. */
  label?: { x: number; y: number; anchor: "start" | "middle" | "end" };
}

export const WIDTH = 460;
export const HEIGHT = 580;

const state = (x: number, y: number, width = 96, height = 32): Box => ({ x, y, width, height });

export const BOXES: Record<string, Box> = {
  idle: state(84, 32, 76),
  begin: state(240, 32, 64, 26),
  running: { x: 233, y: 232, width: 386, height: 306 },
  "running.queued": state(240, 132),
  "running.streaming": state(240, 240),
  "running.tools": state(118, 336),
  "running.backoff": state(356, 336),
  stopped: state(118, 446),
  completed: state(240, 446),
  failed: state(362, 446),
  deleting: state(180, 552),
  deleted: state(340, 552),
};

export const ROUTES: Record<string, Route> = {
  "idle -> begin": {
    points: [
      [122, 32],
      [208, 32],
    ],
    label: { x: 165, y: 25, anchor: "middle" },
  },
  "begin -> running.queued": {
    points: [
      [240, 45],
      [240, 116],
    ],
  },
  "running.queued -> running.streaming": {
    points: [
      [226, 148],
      [226, 224],
    ],
    label: { x: 221, y: 189, anchor: "end" },
  },
  "running.streaming -> running.queued": {
    points: [
      [254, 224],
      [254, 148],
    ],
    label: { x: 259, y: 189, anchor: "start" },
  },
  "running.queued -> running.queued": {
    points: [
      [262, 116],
      [262, 100],
      [300, 100],
      [300, 125],
      [288, 125],
    ],
    label: { x: 306, y: 103, anchor: "start" },
  },
  "running.queued -> failed": {
    points: [
      [288, 140],
      [412, 140],
      [412, 412],
      [384, 412],
      [384, 430],
    ],
    label: { x: 407, y: 153, anchor: "end" },
  },
  "running.streaming -> running.tools": {
    points: [
      [204, 256],
      [204, 288],
      [118, 288],
      [118, 320],
    ],
    label: { x: 124, y: 281, anchor: "start" },
  },
  "running.streaming -> running.backoff": {
    points: [
      [276, 256],
      [276, 288],
      [340, 288],
      [340, 320],
    ],
    label: { x: 282, y: 281, anchor: "start" },
  },
  "running.tools -> running.queued": {
    points: [
      [90, 320],
      [90, 132],
      [192, 132],
    ],
    label: { x: 96, y: 146, anchor: "start" },
  },
  "running.backoff -> running.queued": {
    points: [
      [384, 320],
      [384, 164],
      [274, 164],
      [274, 148],
    ],
    label: { x: 379, y: 178, anchor: "end" },
  },
  "running.streaming -> begin": {
    points: [
      [192, 236],
      [158, 236],
      [158, 60],
      [222, 60],
      [222, 45],
    ],
    label: { x: 152, y: 229, anchor: "end" },
  },
  "running.tools -> begin": {
    points: [
      [74, 320],
      [74, 60],
      [222, 60],
      [222, 45],
    ],
    label: { x: 69, y: 312, anchor: "end" },
  },
  "running.tools -> stopped": {
    points: [
      [118, 352],
      [118, 430],
    ],
    label: { x: 123, y: 402, anchor: "start" },
  },
  "running.streaming -> completed": {
    points: [
      [226, 256],
      [226, 430],
    ],
    label: { x: 221, y: 376, anchor: "end" },
  },
  "running.streaming -> failed": {
    points: [
      [254, 256],
      [254, 376],
      [340, 376],
      [340, 430],
    ],
    label: { x: 260, y: 369, anchor: "start" },
  },
  "running -> running": { points: [] },
  "running -> stopped": {
    points: [
      [90, 385],
      [90, 430],
    ],
    label: { x: 85, y: 402, anchor: "end" },
  },
  "running -> deleting": {
    points: [
      [426, 320],
      [444, 320],
      [444, 524],
      [212, 524],
      [212, 536],
    ],
    label: { x: 438, y: 518, anchor: "end" },
  },
  "stopped -> begin": { points: backToBegin(104), label: { x: 28, y: 498, anchor: "start" } },
  "completed -> begin": { points: backToBegin(226) },
  "failed -> begin": { points: backToBegin(348) },
  "idle -> deleting": {
    points: [
      [46, 32],
      [8, 32],
      [8, 524],
      [148, 524],
      [148, 536],
    ],
  },
  "stopped -> deleting": { points: toDeleting(132), label: { x: 28, y: 518, anchor: "start" } },
  "completed -> deleting": { points: toDeleting(254) },
  "failed -> deleting": { points: toDeleting(376) },
  "deleting -> deleted": {
    points: [
      [228, 552],
      [292, 552],
    ],
    label: { x: 260, y: 545, anchor: "middle" },
  },
};

/** Settled states share a rail around the left side. */
function backToBegin(x: number): [number, number][] {
  return [
    [x, 462],
    [x, 484],
    [22, 484],
    [22, 8],
    [240, 8],
    [240, 19],
  ];
}

function toDeleting(x: number): [number, number][] {
  return [
    [x, 462],
    [x, 504],
    [180, 504],
    [180, 536],
  ];
}
