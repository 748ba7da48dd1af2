import { DEFAULT_TOOL_POLICY, type ToolCallPolicy } from "../../../machines/index.js";
import { TICK_MS, TOKENS } from "../alphabet.js";
import type { WorldBounds } from "./world.js";

/** A call whose handler returns the outcome. */
export const sync = (maxAttempts: number, retryOnCrash = false): ToolCallPolicy => ({
  ...DEFAULT_TOOL_POLICY,
  maxAttempts,
  retryOnCrash,
});
/** A call whose outcome comes from outside. */
export const asked = (maxAttempts: number): ToolCallPolicy => ({ ...sync(maxAttempts), kind: "async" });
/** A call that nothing is run for. */
export const external = (): ToolCallPolicy => ({ ...sync(1), kind: "external" });
/** The call's runs, or its answer, are waited for so long and no longer. */
export const timed = (policy: ToolCallPolicy): ToolCallPolicy => ({ ...policy, timeoutMs: 1_000 });
/** A person has to approve the call first, in any time or in this one. */
export const approved = (
  policy: ToolCallPolicy,
  approvalTimeoutMs: number | null = null,
): ToolCallPolicy => ({
  ...policy,
  needsApproval: true,
  approvalTimeoutMs,
});

/** A turn has tokens for one step, and a thread for two; two turns take all its time. */
export const BUDGETS = {
  ...{ maxTurnTokens: TOKENS.total, maxThreadTokens: 2 * TOKENS.total },
  ...{ maxTurnMs: 2 * TICK_MS, maxThreadMs: 2 * TICK_MS },
};

/** What users do: the plain ways to begin and end a turn, and the ways to change its course. */
export const PLAIN: WorldBounds["asks"] = ["SEND", "STOP", "RESUME", "DELETE"];
export const MESSAGES: WorldBounds["asks"] = ["SEND", "STEER", "INTERRUPT", "WITHDRAW", "STOP"];
export const EDITS: WorldBounds["asks"] = ["SEND", "REWIND", "FORK", "APPEND", "WITHDRAW", "STOP", "DELETE"];
