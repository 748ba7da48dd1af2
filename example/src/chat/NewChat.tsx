import { useMutation } from "convex/react";
import { describeError, type SendOptions } from "convex-durable-agents/react";
import { useState } from "react";
import { api } from "../../convex/_generated/api";
import { Composer } from "./Composer";
import { ErrorNotice } from "./ErrorNotice";

const SUGGESTIONS: { prompt: string; shows: string }[] = [
  { prompt: "What is the weather in Paris and Oslo?", shows: "two tool calls at once" },
  { prompt: "Ask me something", shows: "a tool that you answer" },
  { prompt: "Book us a table", shows: "a tool that you approve" },
  { prompt: "Tell me a long story", shows: "an answer to stop, reload or kill" },
  { prompt: "Be very long", shows: "200 kB, and a page that keeps up" },
  { prompt: "Think hard about it", shows: "reasoning" },
  { prompt: "Show me your format", shows: "a table, code, quotes and lists" },
  { prompt: "Export the report", shows: "a tool that fails" },
  { prompt: "Do some research", shows: "a tool's progress" },
  { prompt: "Be flaky", shows: "a step that is retried" },
  { prompt: "Use a flaky tool", shows: "a tool that is retried" },
  { prompt: "Be broken", shows: "a turn that fails" },
];

/** Longer first messages are cut for the list of threads. */
const MAX_TITLE_LENGTH = 80;

const titleFor = (prompt: string): string =>
  prompt.trim().replace(/\s+/g, " ").slice(0, MAX_TITLE_LENGTH) || "A file";

export function NewChat({ onStarted }: { onStarted: (threadId: string) => void }) {
  const createThread = useMutation(api.chat.createThread);
  const [error, setError] = useState<string | null>(null);
  /** The first message, until its thread is there. */
  const [sent, setSent] = useState<string | null>(null);
  const start = async (prompt: string, { files }: SendOptions = {}) => {
    setError(null);
    setSent(prompt);
    try {
      onStarted(await createThread({ prompt, files, title: titleFor(prompt) }));
      return true;
    } catch (cause) {
      setError(describeError(cause).message);
      return false;
    } finally {
      setSent(null);
    }
  };
  return (
    <main className="chat new-chat" aria-busy={sent !== null}>
      <div className="welcome">
        <h2>Start a conversation</h2>
        <p className="muted">
          Each turn is a state machine in the database. Stop it, reload the page or kill the backend in the
          middle of an answer, and watch it go on.
        </p>
        <ul className="suggestions">
          {SUGGESTIONS.map(({ prompt, shows }) => (
            <li key={prompt}>
              <button type="button" disabled={sent !== null} onClick={() => void start(prompt)}>
                <span>{prompt}</span>
                <small>{shows}</small>
              </button>
            </li>
          ))}
        </ul>
      </div>
      {sent !== null && (
        <p className="starting muted" role="status" dir="auto">
          <span className="pulse" aria-hidden="true" />
          {titleFor(sent)}
        </p>
      )}
      {error && <ErrorNotice message={error} />}
      <Composer draftKey="new" onSend={start} />
    </main>
  );
}
