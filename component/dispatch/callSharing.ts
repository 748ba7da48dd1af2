import type { ToolRun } from "../validators/thread.js";
import type { ToolCallInMemory } from "./callBatch.js";

type Call = Pick<ToolCallInMemory, "snapshot" | "options" | "pool">;

/**
 * Whether the first run of a call may share an action with those of others. What has been approved, and what is tried again, comes
 * alone, and a workpool decides itself how much runs at a time.
 */
export const mayShare = ({ snapshot, options, pool }: Call): boolean =>
  pool === undefined && !snapshot.context.needsApproval && !options?.ownAction && !options?.storeLargeResults;

/** Whether only the end of its thread's turn can make the run of a call unwanted. */
export const isPlain = ({ snapshot: { context } }: Pick<Call, "snapshot">): boolean =>
  context.kind === "sync" && context.timeoutMs === null;

/** Whether the step's stream handler may run the call itself. */
export const mayBeTaken = (call: Call): boolean => mayShare(call) && isPlain(call);

/**
 * The present run of a call, as an executor is given it.
 *
 * @param asks - see {@link ToolRun}.
 */
export function runOf(call: ToolCallInMemory, asks: boolean): ToolRun {
  const { threadId, position, index, toolCallId, toolName, options, snapshot } = call;
  const { kind, epoch, attempt, maxAttempts } = snapshot.context;
  const input = call.input as unknown;
  const named = { threadId, position, index, toolCallId, toolName, input };
  return { ...named, kind, epoch, attempt, maxAttempts, options: options!, asks };
}

/** Who runs a call brings with the outcome how to run it again. Only a call that may run again after a death needs it in its row. */
export const optionsToKeep = ({ snapshot, options }: Call): Call["options"] =>
  snapshot.context.retryOnCrash ? options : undefined;
