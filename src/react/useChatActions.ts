import { useCallback, useState } from "react";

/** What a chat can be asked to do. */
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

/** An action that the server refused, or that could not reach it. */
export interface ChatActionError {
  action: ChatAction;
  error: Error;
  /** Does the same again. */
  retry: () => Promise<null>;
}

/**
 * Runs actions whose failures are values: the promise always resolves, so a button may call one and forget it.
 *
 * @param threadId - the errors of another thread are not shown.
 */
export function useChatActions(threadId: string | null): {
  perform: (action: ChatAction, run: () => Promise<unknown>) => Promise<null>;
  actionError: ChatActionError | null;
  clearActionError: () => void;
} {
  const [held, hold] = useState<{ threadId: string | null; failed: ChatActionError } | null>(null);
  const perform = useCallback(
    async (action: ChatAction, run: () => Promise<unknown>): Promise<null> => {
      hold(null);
      try {
        await run();
      } catch (cause) {
        const error = cause instanceof Error ? cause : new Error(String(cause));
        hold({ threadId, failed: { action, error, retry: () => perform(action, run) } });
      }
      return null;
    },
    [threadId],
  );
  return {
    perform,
    actionError: held?.threadId === threadId ? held.failed : null,
    clearActionError: useCallback(() => hold(null), []),
  };
}
