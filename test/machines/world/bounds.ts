import { DEFAULT_TOOL_POLICY, type ToolCallPolicy } from "../../../machines/index.js";
import { TICK_MS, TOKENS } from "../alphabet.js";
import type { WorldBounds } from "./world.js";

const sync = (maxAttempts: number, retryOnCrash = false): ToolCallPolicy => ({
  ...DEFAULT_TOOL_POLICY,
  maxAttempts,
  retryOnCrash,
});
const asked = (maxAttempts: number): ToolCallPolicy => ({ ...sync(maxAttempts), kind: "async" });
/** The call's runs, or its answer, are waited for so long and no longer. */
const timed = (policy: ToolCallPolicy): ToolCallPolicy => ({ ...policy, timeoutMs: 1_000 });
/** A person has to approve the call first, in any time or in this one. */
const approved = (policy: ToolCallPolicy, approvalTimeoutMs: number | null = null): ToolCallPolicy => ({
  ...policy,
  needsApproval: true,
  approvalTimeoutMs,
});

/** A turn has tokens for one step, and a thread for two; two turns take all its time. */
const BUDGETS = {
  ...{ maxTurnTokens: TOKENS.total, maxThreadTokens: 2 * TOKENS.total },
  ...{ maxTurnMs: 2 * TICK_MS, maxThreadMs: 2 * TICK_MS },
};

/** What users do: the plain ways to begin and end a turn, and the ways to change its course. */
const PLAIN: WorldBounds["asks"] = ["SEND", "STOP", "RESUME", "DELETE"];
const MESSAGES: WorldBounds["asks"] = ["SEND", "STEER", "INTERRUPT", "WITHDRAW", "STOP"];
const EDITS: WorldBounds["asks"] = ["SEND", "REWIND", "FORK", "APPEND", "WITHDRAW", "STOP", "DELETE"];

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
};

/** What `npm run test:deep` explores: about 700,000 worlds, in some minutes. */
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
];
