import type { ThreadDoc } from "../../types.js";
import { statusFlags } from "../../follow/threadStatus.js";
import type { InspectorActions } from "../useActions.js";

/** Stops a thread that runs, and resumes one that does not. */
export function ActionBar({ thread, actions }: { thread: ThreadDoc; actions: InspectorActions }) {
  const { isRunning } = statusFlags(thread);
  return (
    <span className="cda-buttons" role="group" aria-label="Thread">
      {isRunning && actions.offers("stopThread") && (
        <button type="button" onClick={() => void actions.run("stopThread", {})}>
          Stop
        </button>
      )}
      {!isRunning && thread.turn > 0 && actions.offers("resumeThread") && (
        <button type="button" onClick={() => void actions.run("resumeThread", {})}>
          Resume
        </button>
      )}
    </span>
  );
}

/** Why an action failed. */
export function ActionError({ actions: { error, clearError } }: { actions: InspectorActions }) {
  if (!error) return null;
  return (
    <p className="cda-alert" role="alert">
      {error.message}{" "}
      <button type="button" onClick={() => void error.retry()}>
        Try again
      </button>
      <button type="button" onClick={clearError} aria-label="Dismiss">
        ×
      </button>
    </p>
  );
}
