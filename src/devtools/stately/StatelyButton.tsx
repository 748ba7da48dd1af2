import { useEffect, useState } from "react";
import type { LoadInspector } from "../../react/inspectThread.js";
import { describeError } from "../../follow/describeError.js";
import type { InspectedThread } from "../useInspectedThread.js";
import { LogInspection } from "./logInspection.js";

const NOT_GIVEN =
  "Stately's inspector is not part of this page: its app can pass it as `loadInspector`, from the package @statelyai/inspect.";
const OFFLINE = "You are offline: Stately's inspector is a page on stately.ai.";

interface StatelyButtonProps {
  threadId: string;
  inspected: InspectedThread;
  loadInspector: LoadInspector | undefined;
}

/** Opens the thread in Stately's inspector, and keeps it up to date there; or says why it cannot. */
export function StatelyButton({ threadId, inspected, loadInspector }: StatelyButtonProps) {
  const { story, thread } = inspected;
  const [inspection, setInspection] = useState<LogInspection | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => () => inspection?.close(), [inspection]);
  useEffect(() => {
    inspection?.show(
      threadId,
      (story ?? []).map(({ entry }) => entry),
      thread?.snapshot,
    );
  }, [inspection, threadId, story, thread]);

  const open = async () => {
    if (!loadInspector) return setProblem(NOT_GIVEN);
    if (!navigator.onLine) return setProblem(OFFLINE);
    setProblem(null);
    try {
      setInspection(await LogInspection.open(loadInspector));
    } catch (error) {
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
