import type { Message } from "./message";
import { createContext } from "react";

/** The versions of an edited message or a regenerated answer: threads, of which this one is one. */
export interface Versions {
  /** By the places that `placesOf` gives, oldest first. */
  byPlace: ReadonlyMap<string, string[]>;
  threadId: string;
  open: (threadId: string) => void;
}

export const VersionsOf = createContext<Versions | null>(null);

/**
 * Where each message stands, as `convex/versions.ts` calls it: its role, and the turn of the message before it. Null where that
 * one is not loaded.
 */
export const placesOf = (messages: Message[], hasMore: boolean): (string | null)[] =>
  messages.map(({ role }, index) => {
    const before = messages[index - 1]?.metadata?.turn;
    return before === undefined && hasMore ? null : `${role}:${before ?? 0}`;
  });
