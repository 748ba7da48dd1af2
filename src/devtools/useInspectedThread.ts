import { useMemo } from "react";
import { useThreadMachine } from "../react/useThreadMachine.js";
import { useQueryResult } from "../react/useQueryResult.js";
import type { ObservedTransition } from "../react/observedTransitions.js";
import type { Explanation, ThreadDoc, ThreadUsage, Turn } from "../types.js";
import type { Passage } from "./diagram/course.js";
import { isMissing, problemText, type InspectorFunctions } from "./functions.js";
import { tellStory, type StoryEntry } from "./story/story.js";
import { useLog, type ThreadLog } from "./useLog.js";
import { useOffered } from "./useOffered.js";

/** How many turns are read; the log seldom reaches back further. */
const TURNS = 50;

/** Why a thread has no story. */
export type StoryGap = "notOffered" | "notKept";

/** All that the inspector shows of a thread. */
export interface InspectedThread {
  /** Null while it loads, and if there is no such thread. */
  thread: ThreadDoc | null;
  isLoading: boolean;
  error: Error | undefined;
  /** The state's path; null while it loads. */
  state: string | null;
  /** The types of the events that are accepted now; null if unknown. */
  events: readonly string[] | null;
  /** Null if the app does not offer it, or while it loads. */
  explanation: Explanation | null;
  usage: ThreadUsage | null;
  /** The turns, newest first, the running one among them. */
  turns: Turn[];
  /** The log as a story, oldest first; null if there is none, or while it loads. */
  story: StoryEntry[] | null;
  log: ThreadLog;
  /** Why there is no story; null if there is, or while it loads. */
  gap: StoryGap | null;
  /** The way to the current state, oldest first: by the log, or else as far as this page has seen it. */
  path: readonly Passage[];
  /** Queries that failed although the app has them, and why. */
  problems: { name: string; text: string }[];
}

/** Follows whatever an app offers to know of one of its threads. */
export function useInspectedThread(api: InspectorFunctions, threadId: string): InspectedThread {
  const found = useQueryResult(api.getThread, { threadId, inspect: true });
  const machine = useThreadMachine(api.getThread, { threadId });
  const explained = useOffered(api.explainThread, { threadId });
  const log = useLog(api, threadId);
  const used = useOffered(api.getUsage, { threadId });
  const ended = useOffered(api.listTurns, { threadId, limit: TURNS });

  const thread = found.value ?? null;
  const explanation = explained.value ?? null;
  const usage = used.value ?? null;
  const turns = useMemo(() => allTurns(usage?.turn ?? null, ended.value?.turns ?? []), [usage, ended.value]);
  const gap = gapOf(log, thread);
  const { entries } = log;
  const story = useMemo(
    () => (entries && !gap ? tellStory(entries.toReversed(), turns) : null),
    [entries, gap, turns],
  );
  const observed = useMemo(() => observedPath(machine.transitions), [machine.transitions]);
  return {
    thread,
    isLoading: found.isLoading,
    error: found.error,
    state: machine.state ?? explanation?.state ?? null,
    events: machine.snapshot ? machine.events : (explanation?.events ?? null),
    explanation,
    usage,
    turns,
    story,
    log,
    gap,
    path: gap ? observed : (story ?? NO_PATH),
    problems: problemsOf({
      explainThread: explained,
      listTransitions: log,
      getUsage: used,
      listTurns: ended,
    }),
  };
}

const NO_PATH: readonly Passage[] = [];

const problemsOf = (asked: Record<string, { error: Error | undefined }>): InspectedThread["problems"] =>
  Object.entries(asked).flatMap(([name, { error }]) =>
    error && !isMissing(error) ? { name, text: problemText(name, error) } : [],
  );

/** A thread that had a turn has a log, if its agent keeps one. */
function gapOf({ entries, isMissing: isNotOffered }: ThreadLog, thread: ThreadDoc | null): StoryGap | null {
  if (isNotOffered) return "notOffered";
  return entries?.length === 0 && thread !== null && thread.turn > 0 ? "notKept" : null;
}

/** What this page has seen of the way. Nobody said by which events. */
const observedPath = (transitions: readonly ObservedTransition[]): Passage[] =>
  transitions.flatMap(({ at, from, to }) =>
    from === null || from === to
      ? []
      : { entry: { seq: at, from, to, event: null }, sentence: "Seen by this page", beginsTurn: undefined },
  );

/** The running turn is not among those that have ended. */
const allTurns = (last: Turn | null, ended: Turn[]): Turn[] =>
  last && last.turn !== ended[0]?.turn ? [last, ...ended] : ended;
