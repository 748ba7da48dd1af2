import { useQuery } from "convex/react";
import { useTransitions } from "convex-durable-agents/react";
import type { Message } from "./message";
import { useMemo } from "react";
import { api } from "../../convex/_generated/api";
import { FOLLOWED_TRANSITIONS } from "../transitionLog";
import { turnMarks, type TurnMark } from "./turnMarks";

/** What became of the turns of a thread that did not come to their end, newest first. */
export function useTurnMarks(threadId: string, messages: Message[]): TurnMark[] {
  const turns = useQuery(api.chat.listTurns, { threadId })?.turns;
  const { transitions } = useTransitions(api.chat.listTransitions, { threadId, limit: FOLLOWED_TRANSITIONS });
  // Text that streams belongs to no turn that has ended.
  const committed = messages.filter(({ metadata }) => metadata?.createdAt != null).length;
  return useMemo(
    () => (turns ? turnMarks({ turns, transitions, messages }) : []),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once a message, not once a word
    [turns, transitions, committed],
  );
}
