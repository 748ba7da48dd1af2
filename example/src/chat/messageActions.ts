import { createContext } from "react";

/** What a person can do to a message, by the id under which it is stored. */
export interface MessageActing {
  /** The turn that runs, or null. */
  runningTurn: number | null;
  withdraw: (messageId: string) => void;
  edit: (messageId: string, prompt: string) => void;
  regenerate: (messageId: string) => void;
  fork: (messageId: string) => void;
}

export const MessageActions = createContext<MessageActing | null>(null);
