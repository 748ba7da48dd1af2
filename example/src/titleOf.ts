import type { ThreadDoc } from "convex-durable-agents/react";

/** What a thread is called: by its title, or by its id where it has none. */
export const titleOf = ({ _id, title }: ThreadDoc): string => title ?? `Thread ${_id.slice(-6)}`;
