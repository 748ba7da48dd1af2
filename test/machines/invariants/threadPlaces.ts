import type { ThreadEffect, ThreadEvent, ThreadSnapshot } from "../../../machines/index.js";
import type { ThreadValue } from "../../../machines/thread/states.js";
import type { ThreadEdge } from "../explore.js";

const places = new WeakMap<object, string>();

/** The state's path, such as `running.queued`. Most rules ask for it, of each edge: it is worked out once. */
export function place({ value }: { value: ThreadValue }): string {
  if (typeof value === "string") return value;
  const known = places.get(value) ?? Object.entries(value).flat().join(".");
  places.set(value, known);
  return known;
}

export const isRunning = (snapshot: ThreadSnapshot): boolean => place(snapshot).startsWith("running.");
export const isPreparing = (snapshot: ThreadSnapshot): boolean => place(snapshot).startsWith("preparing.");
export const isSettled = (snapshot: ThreadSnapshot): boolean => place(snapshot).startsWith("settled.");
export const isGone = (snapshot: ThreadSnapshot): boolean =>
  ["deleting", "deleted"].includes(place(snapshot));

/** The edge goes into this state from another one, or begins it anew. */
export function enters({ from, event, step }: ThreadEdge, target: string): boolean {
  if (!step.accepted || place(step.snapshot) !== target) return false;
  return (
    place(from) !== target || ["LEASE_EXPIRED", "ENQUEUE_FAILED", "INTERRUPT", "TIME_UP"].includes(event.type)
  );
}

/** The edge hands the next step to the stream handler that committed the last one. */
export const handsOver = ({ event, step }: ThreadEdge): boolean =>
  step.accepted && event.type === "STREAM_CONTINUED" && place(step.snapshot) === "running.streaming";

/** The effects of one type. */
export const effectsOf = ({ step }: ThreadEdge, type: ThreadEffect["type"]): ThreadEffect[] =>
  step.effects.filter((effect) => effect.type === type);

const MESSAGES: ThreadEvent["type"][] = ["SEND", "STEER", "INTERRUPT"];

/** The events by which users and apps move a thread; all others come from its own runners and timers. */
export const isUsers = ({ type }: ThreadEvent): boolean =>
  [...MESSAGES, "WITHDRAW", "APPEND", "RESUME", "REWIND", "FORK", "STOP", "DELETE"].includes(type);

/** The events by which a user's message comes. */
export const isMessage = ({ type }: ThreadEvent): boolean => MESSAGES.includes(type);
