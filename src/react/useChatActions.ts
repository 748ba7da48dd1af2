import { useCallback, useRef, useState } from "react";
import { describeError, type ErrorDescription } from "../follow/describeError.js";

/** The actions of `useAgentChat`. */
export type ChatAction =
  | "sendMessage"
  | "stop"
  | "resume"
  | "withdraw"
  | "regenerate"
  | "editMessage"
  | "addToolResult"
  | "addToolError"
  | "approveToolCall"
  | "denyToolCall";

/**
 * An action that the server refused, or that did not reach it: which one, and why, as a message that can be shown.
 *
 * @example
 * {actionError && <p role="alert">{actionError.message} <button onClick={actionError.retry}>Try again</button></p>}
 */
export interface ChatActionError extends ErrorDescription {
  action: ChatAction;
  /** The error that Convex's client threw; for logs. */
  cause: unknown;
  /** Performs the action again. A message that is sent again is still one message. */
  retry: () => Promise<boolean>;
}

interface Failure {
  number: number;
  threadId: string;
  error: ChatActionError;
}

/**
 * Performs actions whose failures are values: the promise always resolves, to whether the action succeeded, so that a button
 * need not await it.
 *
 * Convex's client keeps mutations while it is offline, and several may be refused together when it is back. Each failure
 * stays until it is retried or cleared, or until an action succeeds that began after it.
 *
 * @param threadId - the thread whose errors are returned, or `"skip"`.
 */
export function useChatActions(threadId: string): {
  perform: (action: ChatAction, run: () => Promise<unknown>) => Promise<boolean>;
  actionError: ChatActionError | null;
  clearActionError: () => void;
} {
  const [failures, setFailures] = useState<Failure[]>([]);
  const count = useRef(0);
  const keep = useCallback(
    (isKept: (failure: Failure) => boolean) =>
      setFailures((all) => (all.every(isKept) ? all : all.filter(isKept))),
    [],
  );
  const perform = useCallback(
    (action: ChatAction, run: () => Promise<unknown>): Promise<boolean> => {
      const isOther = (failure: Failure) => failure.threadId !== threadId;
      const attempt = async (known: number): Promise<boolean> => {
        try {
          await run();
          keep((failure) => isOther(failure) || failure.number > known);
          return true;
        } catch (cause) {
          const number = ++count.current;
          const retry = () => {
            keep((failure) => failure.number !== number);
            return attempt(0);
          };
          const error = { ...describeError(cause), action, cause, retry };
          setFailures((all) => [...all, { number, threadId, error }]);
          return false;
        }
      };
      return attempt(count.current);
    },
    [threadId, keep],
  );
  const shown = failures.findLast((failure) => failure.threadId === threadId);
  return {
    perform,
    actionError: shown?.error ?? null,
    clearActionError: useCallback(
      () => keep(({ number }) => number !== shown?.number),
      [shown?.number, keep],
    ),
  };
}
