import type { ToolRun } from "../validators/thread.js";

const named = ({ threadId, toolCallId, toolName }: ToolRun) => ({ threadId, toolCallId, toolName });

/** For whom a call runs; null where the app does not say. */
const callerOf = ({ options: { caller = {} } }: ToolRun) => ({
  owner: caller.owner ?? null,
  sender: caller.sender ?? null,
});

/** The arguments of a call, as an action receives them that may serve several tools. */
export const argsFor = (nameForHandler: string | undefined, input: unknown): unknown =>
  nameForHandler === undefined ? input : { name: nameForHandler, args: input };

/** What a tool's handler, or an async tool's callback, is called with. */
export function handlerArgs(run: ToolRun): unknown {
  const { threadId, position, index, kind, attempt, options } = run;
  const input = run.input as unknown;
  const ofAttempt = { attempt, idempotencyKey: `${threadId}:${position}:${index}`, ...callerOf(run) };
  if (kind === "async") return { ...named(run), args: input, ...(options.identity && ofAttempt) };
  const given = argsFor(options.nameForHandler, input);
  // Only an action that serves several tools cannot know that of its tool.
  const storesLarge = options.nameForHandler !== undefined && options.storeLargeResults;
  if (!options.identity && !storesLarge) return given;
  return {
    ...(given as object),
    ...(storesLarge && { storeLargeResults: true }),
    ...(options.identity && { toolCall: { ...named(run), ...ofAttempt } }),
  };
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
