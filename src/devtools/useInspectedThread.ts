import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import { useMemo } from "react";
import { describeThread } from "../../machines/describe.js";
import { useQueryResult } from "../react/useQueryResult.js";
import type { Explanation, ThreadDoc, ThreadUsage, Turn } from "../types.js";
import { isMissing, NO_QUERY, type InspectorFunctions } from "./functions.js";
import { tellStory, type StoryEntry } from "./story/story.js";

/** How many turns are read; the log seldom reaches back further. */
const TURNS = 50;

/** All that the inspector shows of a thread. */
export interface InspectedThread {
  /** Null while it loads, and if there is no such thread. */
  thread: ThreadDoc | null;
  isLoading: boolean;
  error: Error | undefined;
  /** The state's path; null while it loads. */
  state: string | null;
  /** The types of the events that are accepted now; null where nobody says. */
  events: readonly string[] | null;
  /** Null if the app does not offer it, or while it loads. */
  explanation: Explanation | null;
  usage: ThreadUsage | null;
  /** The turns, newest first, the running one among them. */
  turns: Turn[];
  /** The log as a story, oldest first; null if the app does not offer it, or while it loads. */
  story: StoryEntry[] | null;
  /** Whether the log has older entries than those that were asked for. */
  hasOlder: boolean;
  /** Queries that failed although the app has them. */
  problems: Error[];
}

/** Follows whatever an app offers to know of one of its threads. */
export function useInspectedThread(
  api: InspectorFunctions,
  threadId: string,
  logged: number,
): InspectedThread {
  const found = useOffered(api.getThread, { threadId, inspect: true });
  const explained = useOffered(api.explainThread, { threadId });
  const log = useOffered(api.listTransitions, { threadId, limit: logged });
  const used = useOffered(api.getUsage, { threadId });
  const ended = useOffered(api.listTurns, { threadId, limit: TURNS });

  const thread = found.value ?? null;
  const explanation = explained.value ?? null;
  const usage = used.value ?? null;
  const snapshot = thread?.snapshot;
  const description = useMemo(() => snapshot && describeThread(snapshot), [snapshot]);
  const turns = useMemo(() => allTurns(usage?.turn ?? null, ended.value?.turns ?? []), [usage, ended.value]);
  const story = useMemo(
    () => (log.value ? tellStory(log.value.transitions.toReversed(), turns) : null),
    [log.value, turns],
  );
  return {
    thread,
    isLoading: found.value === undefined && found.error === undefined,
    error: found.error,
    state: description?.state ?? explanation?.state ?? null,
    events: description?.events ?? explanation?.events ?? null,
    explanation,
    usage,
    turns,
    story,
    hasOlder: typeof log.value?.cursor === "string",
    problems: [explained, log, used, ended].flatMap(({ error }) => (error && !isMissing(error) ? error : [])),
  };
}

/** The running turn is not among those that have ended. */
const allTurns = (last: Turn | null, ended: Turn[]): Turn[] =>
  last && last.turn !== ended[0]?.turn ? [last, ...ended] : ended;

/** Follows a query, if the app offers it. */
function useOffered<Query extends FunctionReference<"query">>(
  query: Query | undefined,
  args: FunctionArgs<Query>,
): { value: FunctionReturnType<Query> | undefined; error: Error | undefined } {
  return useQueryResult((query ?? NO_QUERY) as Query, query ? args : "skip");
}
