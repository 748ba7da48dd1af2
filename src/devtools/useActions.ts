import { useConvex } from "convex/react";
import type { FunctionArgs, FunctionReference } from "convex/server";
import { useState } from "react";
import { useChatActions, type ChatAction, type ChatActionError } from "../react/useChatActions.js";
import { isMissing, type InspectorFunctions } from "./functions.js";

type ActionName = "stopThread" | "resumeThread" | "approveToolCall" | "denyToolCall" | "addToolResult";

const ACTIONS: Record<ActionName, ChatAction> = {
  stopThread: "stop",
  resumeThread: "resume",
  approveToolCall: "approveToolCall",
  denyToolCall: "denyToolCall",
  addToolResult: "addToolResult",
};

export interface InspectorActions {
  /** Whether the app offers an action, as far as is known. */
  offers: (name: ActionName) => boolean;
  /** Performs an action. Resolves to whether it succeeded; why not is `error`. */
  run: <Name extends ActionName>(
    name: Name,
    args: Omit<FunctionArgs<NonNullable<InspectorFunctions[Name]>>, "threadId">,
  ) => Promise<boolean>;
  error: ChatActionError | null;
  clearError: () => void;
}

/** The actions that an app offers for one of its threads. One that turns out not to exist is not offered again. */
export function useActions(api: InspectorFunctions, threadId: string, readOnly: boolean): InspectorActions {
  const convex = useConvex();
  const { perform, actionError, clearActionError } = useChatActions(threadId);
  const [missing, setMissing] = useState<readonly ActionName[]>([]);
  return {
    offers: (name) => !readOnly && api[name] !== undefined && !missing.includes(name),
    run: (name, args) =>
      perform(ACTIONS[name], async () => {
        try {
          await convex.mutation(api[name] as FunctionReference<"mutation">, { ...args, threadId });
        } catch (error) {
          if (error instanceof Error && isMissing(error)) setMissing((known) => [...known, name]);
          throw error;
        }
      }),
    error: actionError,
    clearError: clearActionError,
  };
}
