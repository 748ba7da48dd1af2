import { useMemo, useState } from "react";
import type { LoadInspector } from "../react/inspectThread.js";
import { chartOf, type ThreadView } from "./chart/threadView.js";
import { courseOf, courseThen } from "./diagram/course.js";
import { Diagram } from "./diagram/Diagram.js";
import type { InspectorFunctions } from "./functions.js";
import { ActionBar, ActionError } from "./panels/ActionBar.js";
import { Log, NoLog } from "./panels/Log.js";
import { PastState } from "./panels/PastState.js";
import { PendingCalls } from "./panels/PendingCalls.js";
import { StatePanel, Status } from "./panels/StatePanel.js";
import { TimeLine } from "./panels/TimeLine.js";
import { Transcript } from "./panels/Transcript.js";
import { Usage } from "./panels/Usage.js";
import type { StoryEntry } from "./story/story.js";
import { StatelyButton } from "./stately/StatelyButton.js";
import { Themed, type ThemeProps } from "./Themed.js";
import { useActions } from "./useActions.js";
import { useInspectedThread, type InspectedThread } from "./useInspectedThread.js";

export interface ThreadInspectorProps extends ThemeProps {
  /** The agent's functions: `api.chat`, or an object with those that the inspector may use. */
  api: InspectorFunctions;
  threadId: string;
  /** Leaves out what changes the thread: stop, resume, approvals and answers. Default: false. */
  readOnly?: boolean;
  /** How the diagram is drawn at first: the five public statuses, or the whole machine. Default: `"simple"`. */
  defaultView?: ThreadView;
  /**
   * Loads Stately's inspector when somebody asks for it; this package does not contain it. Default: "Open in Stately" says how to get it.
   *
   * @example
   * async () => (await import("@statelyai/inspect")).createBrowserInspector()
   */
  loadInspector?: LoadInspector;
}

const NO_STORY: StoryEntry[] = [];

/**
 * Shows a thread: its machine with the current state, what it waits for, its tool calls, its log and what it has used, live; and lets
 * people stop, resume and answer it. It calls the app's own functions, so whoever may see a thread in the app can inspect it.
 *
 * Needs a `ConvexProvider` around it. It comes with its own styles; properties such as `--cda-accent` change its colours.
 *
 * @example
 * const ThreadInspector = lazy(async () => ({
 *   default: (await import("convex-durable-agents/devtools")).ThreadInspector,
 * }));
 * <Suspense fallback={null}>
 *   <ThreadInspector api={api.chat} threadId={threadId} />
 * </Suspense>
 */
export function ThreadInspector({ threadId, ...props }: ThreadInspectorProps) {
  // What was opened, filtered and typed belongs to one thread.
  return <InspectorOfThread key={threadId} threadId={threadId} {...props} />;
}

function InspectorOfThread({
  api,
  threadId,
  readOnly = false,
  defaultView = "simple",
  loadInspector,
  ...theme
}: ThreadInspectorProps) {
  const [view, setView] = useState<ThreadView>(defaultView);
  const [position, setPosition] = useState<number | null>(null);
  const inspected = useInspectedThread(api, threadId);
  const actions = useActions(api, threadId, readOnly);
  const { thread, state, events, story, log, gap, path, explanation, usage, problems } = inspected;

  const told = story ?? NO_STORY;
  const shown = told.findIndex(({ entry }) => entry.seq === position);
  const shownBefore = usePrevious(path.at(-1)?.entry.seq ?? null);
  const course = useMemo(
    () =>
      shown === -1 ? courseOf(view, { state, events, path, shownBefore }) : courseThen(view, told, shown),
    [view, state, events, path, shownBefore, told, shown],
  );
  if (!thread) return <Themed {...theme}>{absence(inspected)}</Themed>;
  return (
    <Themed {...theme} label={`Inspector of the thread ${thread.title ?? threadId}`}>
      <header className="cda-head">
        <h2 dir="auto">{thread.title ?? "Thread"}</h2>
        <Status status={thread.status} />
        <ActionBar thread={thread} actions={actions} />
        <StatelyButton threadId={threadId} inspected={inspected} loadInspector={loadInspector} />
        <code className="cda-id">{threadId}</code>
      </header>
      <ActionError actions={actions} />
      {problems.map(({ name, text }) => (
        <p key={name} className="cda-alert" role="alert">
          {text}
        </p>
      ))}
      <div className="cda-columns">
        <div className="cda-main">
          <Diagram key={view} chart={chartOf(view)} label="The machine of the thread" course={course}>
            <ViewChoice view={view} onChoose={setView} />
          </Diagram>
          {told.length > 0 && <TimeLine story={told} index={shown} onMove={setPosition} />}
          {api.listMessages && <Transcript api={api} threadId={threadId} story={told} index={shown} />}
        </div>
        <div className="cda-side">
          {shown === -1 ? <StatePanel inspected={inspected} /> : <PastState told={told[shown]!} />}
          {shown === -1 && explanation && (
            <PendingCalls pending={explanation.pendingCalls} actions={actions} />
          )}
          {usage && <Usage usage={usage} story={story} />}
        </div>
        {gap && <NoLog gap={gap} />}
        {story && (
          <Log
            story={story}
            position={shown === -1 ? null : position}
            onSelect={setPosition}
            readOlder={log.readOlder}
            isReading={log.isReading}
          />
        )}
      </div>
    </Themed>
  );
}

/** What a value was before it became what it is. Null if it was nothing else. */
function usePrevious<T>(value: T): T | null {
  const [known, setKnown] = useState<{ value: T; before: T | null }>({ value, before: null });
  if (known.value === value) return known.before;
  setKnown({ value, before: known.value });
  return known.value;
}

/** Why there is nothing to see. */
function absence({ isLoading, error }: InspectedThread) {
  if (error)
    return (
      <p className="cda-alert" role="alert">
        {error.message}
      </p>
    );
  return <p className="cda-muted">{isLoading ? "Loading…" : "There is no such thread."}</p>;
}

const VIEWS: Record<ThreadView, string> = { simple: "Simple", full: "Full" };

function ViewChoice({ view, onChoose }: { view: ThreadView; onChoose: (view: ThreadView) => void }) {
  return (
    <span className="cda-buttons" role="group" aria-label="Diagram">
      {(Object.keys(VIEWS) as ThreadView[]).map((one) => (
        <button key={one} type="button" aria-pressed={view === one} onClick={() => onChoose(one)}>
          {VIEWS[one]}
        </button>
      ))}
    </span>
  );
}
