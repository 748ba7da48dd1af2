import { useEffect, useState } from "react";
import type { LoadInspector } from "../../react/inspectThread.js";
import { useOpened } from "../../react/useOpened.js";
import { describeError } from "../../follow/describeError.js";
import type { InspectedThread } from "../useInspectedThread.js";
import { LogInspection } from "./logInspection.js";

const NOT_GIVEN =
  "Stately's inspector is not part of this page: its app can pass it as `loadInspector`, from the package @statelyai/inspect.";
const OFFLINE = "You are offline: Stately's inspector is a page on stately.ai.";
const SILENT =
  "Stately's inspector does not answer. It is a page on stately.ai, in a window of its own: is it reachable from here, and may this page open windows?";

/** How long the inspector's page may take to load. */
const PATIENCE_MS = 15_000;
/** What the inspector's page sends to the one that has opened it. */
const CONNECTED = "@statelyai.connected";

interface StatelyButtonProps {
  threadId: string;
  inspected: InspectedThread;
  loadInspector: LoadInspector | undefined;
}

/** Opens the thread in Stately's inspector, and keeps it up to date there; or says why it cannot. */
export function StatelyButton({ threadId, inspected, loadInspector }: StatelyButtonProps) {
  const { story, thread } = inspected;
  const [inspection, hold] = useOpened<LogInspection>();
  /** Which attempt to open the inspector's page is awaited; 0: none. */
  const [awaited, setAwaited] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    inspection?.show(
      threadId,
      (story ?? []).map(({ entry }) => entry),
      thread?.snapshot,
    );
  }, [inspection, threadId, story, thread]);

  useEffect(() => {
    if (awaited === 0) return;
    const timer = setTimeout(() => setProblem(SILENT), PATIENCE_MS);
    const onMessage = ({ data }: MessageEvent<{ type?: unknown } | null>) => {
      if (data?.type !== CONNECTED) return;
      setAwaited(0);
      setProblem(null);
    };
    window.addEventListener("message", onMessage);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("message", onMessage);
    };
  }, [awaited]);

  const open = async () => {
    if (!loadInspector) return setProblem(NOT_GIVEN);
    if (!navigator.onLine) return setProblem(OFFLINE);
    setProblem(null);
    setAwaited(awaited + 1);
    try {
      await hold(LogInspection.open(loadInspector));
    } catch (error) {
      setAwaited(0);
      setProblem(`Stately's inspector could not be loaded. ${describeError(error).message}`);
    }
  };
  return (
    <>
      <button type="button" onClick={() => void open()}>
        Open in Stately
      </button>
      {problem && (
        <span className="cda-error" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}
