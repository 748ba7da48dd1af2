import { describeThread } from "../../../machines/describe.js";
import { createThreadSnapshot } from "../../../machines/snapshot.js";
import { valueAt } from "../../../machines/thread/states.js";
import type { ChartEdge } from "../chart/chart.js";
import { placeIn, threadRoute, type ThreadView } from "../chart/threadView.js";
import type { StoryEntry } from "../story/story.js";

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
  /** Identifies the last transition. */
  lastKey: number | null;
}

/** The course of a thread, from what its log says of it. */
export function courseOf(
  view: ThreadView,
  state: string | null,
  events: readonly string[] | null,
  story: StoryEntry[],
): Course {
  const taken = new Map<ChartEdge, string>();
  let last: ChartEdge[] = [];
  for (const { entry, sentence, beginsTurn } of story) {
    last = threadRoute(view, entry, beginsTurn);
    for (const edge of last) taken.set(edge, sentence);
  }
  const current = state === null ? null : placeIn(view, state);
  return { current, events, taken, last, lastKey: story.at(-1)?.entry.seq ?? null };
}

/** The course of a thread up to an entry of its story, as it was then. */
export function courseThen(view: ThreadView, story: StoryEntry[], index: number): Course {
  const { to } = story[index]!.entry;
  const { events } = describeThread({ ...createThreadSnapshot(), value: valueAt(to) });
  return courseOf(view, to, events, story.slice(0, index + 1));
}
