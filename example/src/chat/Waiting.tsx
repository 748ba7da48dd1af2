import { useThreadMachine } from "convex-durable-agents/react";
import type { Message } from "./message";
import { api } from "../../convex/_generated/api";
import { useIsTextAppearing } from "./appearing";
import { useNow } from "./useNow";

/** What a turn waits for while nothing of it is to be seen: the model, or the next attempt, and then why and when. */
export function Waiting({ threadId, messages }: { threadId: string; messages: Message[] }) {
  const { snapshot, state, waitsUntil } = useThreadMachine(api.chat.getThread, { threadId });
  const isRetried = state === "running.backoff" && waitsUntil !== null;
  const now = useNow(isRetried);
  const isAppearing = useIsTextAppearing();
  if (!snapshot) return null;
  const { attempt, maxAttempts, error } = snapshot.context;
  if (isRetried) {
    const seconds = Math.max(0, Math.ceil((waitsUntil - now) / 1000));
    return (
      <div className="notice" data-kind="retried" role="status">
        <p>
          {error?.message}{" "}
          <span aria-hidden="true">
            Attempt {attempt + 1} of {maxAttempts} in {seconds} s.
          </span>
        </p>
      </div>
    );
  }
  // Messages that wait for their turn come last.
  const streams = messages.some(({ parts }) =>
    parts.some((part) => "state" in part && part.state === "streaming"),
  );
  if (state === "running.tools" || !state?.startsWith("running.") || streams || isAppearing) return null;
  return (
    <p className="waiting muted">
      <span className="pulse" aria-hidden="true" />
      Waiting for the model
      {attempt > 1 && ` (attempt ${attempt} of ${maxAttempts})`}
    </p>
  );
}
