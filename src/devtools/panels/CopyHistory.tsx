import { useState } from "react";
import { describeError } from "../../follow/describeError.js";
import type { StoryEntry } from "../story/story.js";

const NOTHING = "No entry of this log says in which state a turn began.";

/** Copies the log as a history that `stepThread` takes in a test: see `recordHistory` of `convex-durable-agents/machines`. */
export function CopyHistory({ story }: { story: StoryEntry[] }) {
  const [outcome, setOutcome] = useState("");
  const copy = async () => {
    try {
      const { recordHistory } = await import("../../../machines/replay.js");
      const history = recordHistory(story.map(({ entry }) => entry));
      if (history) await navigator.clipboard.writeText(JSON.stringify(history, null, 2));
      setOutcome(history ? "Copied: replay it in a test with stepThread." : NOTHING);
    } catch (error) {
      setOutcome(`It could not be copied. ${describeError(error).message}`);
    }
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        Copy as a test
      </button>
      <span className="cda-muted" role="status">
        {outcome}
      </span>
    </>
  );
}
