import { describeThread } from "../../../machines/describe.js";
import { createThreadSnapshot } from "../../../machines/snapshot.js";
import { valueAt } from "../../../machines/thread/states.js";
import type { ChartEdge } from "../chart/chart.js";
import type { Step } from "../chart/route.js";
import { placeIn, threadRoute, type ThreadView } from "../chart/threadView.js";
import type { StoryEntry } from "../story/story.js";

/** A transition that a thread went through, and what is said of it. */
export interface Passage extends Pick<StoryEntry, "sentence" | "beginsTurn"> {
  entry: Step & { seq: number };
}

/** Where something is in a chart, how it came there, and what may happen next. */
export interface Course {
  /** The path of the current state; null where there is none. */
  current: string | null;
  /** The types of the events that are accepted; null where only the chart says which. */
  events: readonly string[] | null;
  /** The edges that were taken, each with what was said of it last. */
  taken: ReadonlyMap<ChartEdge, string>;
  /** The edges of the last transition, in order. */
  last: readonly ChartEdge[];
  /** The edges that are lit in passing, in order: those of the transitions that came at once. */
  passing: readonly ChartEdge[];
  /** Identifies the last transition. */
  lastKey: number | null;
}

/** A course that nothing is known of but the current state. */
export const standingAt = (current: string | null): Course => ({
  current,
  events: null,
  taken: new Map(),
  last: [],
  passing: [],
  lastKey: null,
});

/** How many transitions are lit in passing: more would take too long to watch. */
const MOST_PASSING = 8;

/** Where a thread is, and how it came there. */
interface Way {
  state: string | null;
  /** The types of the events that are accepted; null if unknown. */
  events: readonly string[] | null;
  /** Oldest first. */
  path: readonly Passage[];
  /** The number of the transition that was shown before these; null: only the last one is new. */
  shownBefore: number | null;
}

/** The course of a thread, from what its log says of it. */
export function courseOf(view: ThreadView, { state, events, path, shownBefore }: Way): Course {
  const routes = new Map<string, ChartEdge[]>();
  const taken = new Map<ChartEdge, string>();
  const fresh: ChartEdge[][] = [];
  let last: ChartEdge[] = [];
  for (const { entry, sentence, beginsTurn } of path) {
    // A log of thousands of entries goes along few routes, and each takes a search.
    const key = [entry.from, entry.event, entry.to, beginsTurn].join();
    last = routes.get(key) ?? threadRoute(view, entry, beginsTurn);
    routes.set(key, last);
    for (const edge of last) taken.set(edge, sentence);
    if (shownBefore !== null && entry.seq > shownBefore) fresh.push(last);
  }
  const passing = fresh.length > 0 ? fresh.slice(-MOST_PASSING).flat() : last;
  const current = state === null ? null : placeIn(view, state);
  return { current, events, taken, last, passing, lastKey: path.at(-1)?.entry.seq ?? null };
}

/** The course of a thread up to an entry of its story, as it was then. */
export function courseThen(view: ThreadView, story: readonly StoryEntry[], index: number): Course {
  const { to } = story[index]!.entry;
  const path = story.slice(0, index + 1);
  return courseOf(view, { state: to, events: describeState(to).events, path, shownBefore: null });
}

/** What a thread waits for in a state, and which events it accepts there, whatever else is in its context. */
export const describeState = (state: string) =>
  describeThread({ ...createThreadSnapshot(), value: valueAt(state) });
