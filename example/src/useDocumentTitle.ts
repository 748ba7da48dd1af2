import { useQuery } from "convex/react";
import { useEffect } from "react";
import { api } from "../convex/_generated/api";
import { titleOf } from "./titleOf";

/** Names the browser's tab after the open thread, and says how many threads wait for a person. */
export function useDocumentTitle(threadId: string | null, inNeed: number): void {
  const thread = useQuery(api.chat.getThread, threadId === null ? "skip" : { threadId });
  const name = thread ? `${titleOf(thread)} · Durable agents` : "Durable agents";
  const title = inNeed > 0 ? `(${inNeed}) Needs you · ${name}` : name;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
