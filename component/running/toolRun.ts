import type { ToolRun } from "../validators/thread.js";

const named = ({ threadId, toolCallId, toolName }: ToolRun) => ({ threadId, toolCallId, toolName });

/** For whom a call runs; null where the app does not say. */
const callerOf = ({ options: { caller = {} } }: ToolRun) => ({
  owner: caller.owner ?? null,
  sender: caller.sender ?? null,
});

/** What a tool's handler, or an async tool's callback, is called with. */
export function handlerArgs(run: ToolRun): unknown {
  const { threadId, position, index, kind, attempt, options } = run;
  const input = run.input as unknown;
  const ofAttempt = { attempt, idempotencyKey: `${threadId}:${position}:${index}`, ...callerOf(run) };
  if (kind === "async") return { ...named(run), args: input, ...(options.identity && ofAttempt) };
  return options.identity ? { ...(input as object), toolCall: { ...named(run), ...ofAttempt } } : input;
}

/** What the app's action is called with that decides whether an error is worth another attempt. */
export const classifierArgs = (run: ToolRun, error: string) => ({
  ...named(run),
  args: run.input as unknown,
  attempt: run.attempt,
  maxAttempts: run.maxAttempts,
  error,
  ...(run.options.identity && callerOf(run)),
});
