import { useQuery } from "convex/react";
import { api } from "../convex/_generated/api";

/** What a thread is called: its first message, or its id where it was started without one. */
export function useTitles(): (threadId: string) => string {
  const titles = useQuery(api.titles.listTitles);
  return (threadId) =>
    titles?.find((title) => title.threadId === threadId)?.title ?? `Thread ${threadId.slice(0, 6)}`;
}
