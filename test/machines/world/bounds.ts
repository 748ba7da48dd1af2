import { approved, asked, BUDGETS, EDITS, MESSAGES, PLAIN, sync, timed } from "./parts.js";
import { DEEP_SLICES, QUICK_SLICES, TINY_SLICES } from "./sliceBounds.js";
import type { WorldBounds } from "./world.js";

/** What `npm test` explores, in seconds: each bound is small where another one is large. */
export const QUICK_BOUNDS: Record<string, WorldBounds> = {
  "many faults and users, no tools": {
    limits: { maxAttempts: 3, maxSteps: 1 },
    toolSets: [],
    faults: 4,
    users: 4,
    asks: PLAIN,
  },
  "one tool that may run again": {
    limits: { maxAttempts: 1, maxSteps: 1 },
    toolSets: [[sync(2, true)]],
    faults: 2,
    users: 1,
    asks: PLAIN,
  },
  "two calls, one after the other": {
    limits: { maxAttempts: 1, maxSteps: 1 },
    toolSets: [[sync(1), approved(sync(1))]],
    callsAtOnce: 1,
    faults: 1,
    users: 1,
    asks: PLAIN,
  },
  "two calls side by side, one of them answered by people": {
    limits: { maxAttempts: 1, maxSteps: 1 },
    toolSets: [[sync(2), asked(1)]],
    faults: 1,
    users: 1,
    asks: PLAIN,
  },
  "two steps, with a tool or with a call that cannot be run": {
    limits: { maxAttempts: 2, maxSteps: 2 },
    toolSets: [[sync(1)], [null]],
    faults: 1,
    users: 2,
    asks: PLAIN,
  },
  "one tool that needs approval and has little time": {
    limits: { maxAttempts: 1, maxSteps: 1 },
    toolSets: [[approved(timed(sync(2, true)), 1_000)]],
    faults: 1,
    users: 2,
    asks: PLAIN,
  },
  "one tool that has little time and may not run again": {
    limits: { maxAttempts: 1, maxSteps: 1 },
    toolSets: [[timed(sync(2))]],
    faults: 2,
    users: 1,
    asks: PLAIN,
  },
  "an answer that has a deadline, and one that needs approval first": {
    limits: { maxAttempts: 1, maxSteps: 1 },
    toolSets: [[timed(asked(2))], [approved(asked(1))]],
    faults: 1,
    users: 1,
    asks: PLAIN,
  },
  "messages that steer, interrupt and are taken back": {
    limits: { maxAttempts: 1, maxSteps: 2 },
    toolSets: [[null]],
    faults: 1,
    users: 3,
    asks: MESSAGES,
  },
  "edits of the history": {
    limits: { maxAttempts: 1, maxSteps: 1 },
    toolSets: [],
    faults: 2,
    users: 3,
    asks: EDITS,
  },
  "little time and few tokens": {
    limits: { maxAttempts: 1, maxSteps: 2, ...BUDGETS },
    toolSets: [[null]],
    faults: 1,
    users: 3,
    asks: ["SEND", "STEER", "INTERRUPT", "RESUME"],
  },
  ...QUICK_SLICES,
};

/** What `npm run test:deep` explores: about 2.5 million worlds, in a quarter of an hour. */
export const DEEP_BOUNDS: Record<string, WorldBounds> = {
  "messages of all kinds and edits": {
    limits: { maxAttempts: 2, maxSteps: 2 },
    toolSets: [[sync(1)]],
    faults: 1,
    users: 2,
    asks: [...MESSAGES, ...EDITS],
  },
  "little time and few tokens, two faults": {
    limits: { maxAttempts: 2, maxSteps: 2, ...BUDGETS },
    toolSets: [[null]],
    faults: 2,
    users: 3,
    asks: ["SEND", "STEER", "INTERRUPT", "RESUME"],
  },
  "eight faults and eight users, no tools": {
    limits: { maxAttempts: 3, maxSteps: 1 },
    toolSets: [],
    faults: 8,
    users: 8,
    asks: PLAIN,
  },
  "one tool that may run again, two faults and users": {
    limits: { maxAttempts: 2, maxSteps: 1 },
    toolSets: [[sync(2, true)]],
    faults: 2,
    users: 2,
    asks: PLAIN,
  },
  "two calls side by side, two faults": {
    limits: { maxAttempts: 1, maxSteps: 1 },
    toolSets: [[sync(2), asked(2)]],
    faults: 2,
    users: 1,
    asks: PLAIN,
  },
  "three calls side by side": {
    limits: { maxAttempts: 1, maxSteps: 1 },
    toolSets: [[sync(1), sync(2, true), asked(1)]],
    faults: 1,
    users: 1,
    asks: PLAIN,
  },
  "two steps of any kind": {
    limits: { maxAttempts: 2, maxSteps: 2 },
    toolSets: [[sync(2, true)], [asked(1)], [null]],
    faults: 1,
    users: 1,
    asks: PLAIN,
  },
  "one tool that needs approval and has little time, two faults": {
    limits: { maxAttempts: 2, maxSteps: 1 },
    toolSets: [[approved(timed(sync(3, true)), 1_000)]],
    faults: 2,
    users: 2,
    asks: PLAIN,
  },
  "an answer that has a deadline, and one that needs approval first, two users": {
    limits: { maxAttempts: 1, maxSteps: 1 },
    toolSets: [[timed(asked(2))], [approved(asked(1))]],
    faults: 1,
    users: 2,
    asks: PLAIN,
  },
  "approvals and answers side by side, with deadlines": {
    limits: { maxAttempts: 1, maxSteps: 1 },
    toolSets: [[approved(timed(sync(1)), 1_000), timed(asked(1))]],
    faults: 1,
    users: 2,
    asks: PLAIN,
  },
  ...DEEP_SLICES,
};

/** What each machine with a seeded fault is explored in. */
export const TINY_BOUNDS: WorldBounds[] = [
  {
    limits: { maxAttempts: 2, maxSteps: 1 },
    toolSets: [[sync(2)], [null]],
    faults: 1,
    users: 1,
    asks: PLAIN,
  },
  { limits: { maxAttempts: 1, maxSteps: 2 }, toolSets: [[asked(1)]], faults: 1, users: 1, asks: PLAIN },
  { limits: { maxAttempts: 1, maxSteps: 1 }, toolSets: [[sync(2, true)]], faults: 2, users: 0, asks: PLAIN },
  { limits: { maxAttempts: 1, maxSteps: 2 }, toolSets: [[null]], faults: 1, users: 2, asks: MESSAGES },
  { limits: { maxAttempts: 1, maxSteps: 1 }, toolSets: [], faults: 1, users: 2, asks: EDITS },
  {
    limits: { maxAttempts: 1, maxSteps: 2, ...BUDGETS },
    toolSets: [[null]],
    faults: 0,
    users: 2,
    asks: ["SEND", "RESUME"],
  },
  {
    limits: { maxAttempts: 1, maxSteps: 1 },
    toolSets: [[approved(timed(sync(2, true)), 1_000)], [timed(asked(1))]],
    faults: 1,
    users: 1,
    asks: PLAIN,
  },
  { limits: { maxAttempts: 1, maxSteps: 1 }, toolSets: [[timed(sync(2))]], faults: 1, users: 0, asks: PLAIN },
  ...TINY_SLICES,
];
