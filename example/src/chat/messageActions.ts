import { createContext } from "react";

/** What a person can do to a message, by the id under which it is stored. */
export interface MessageActing {
  /** The turn that runs, or null. */
  runningTurn: number | null;
  withdraw: (messageId: string) => void;
  /** Resolves to whether the message is replaced. */
  edit: (messageId: string, prompt: string) => Promise<boolean>;
  regenerate: (messageId: string) => void;
  fork: (messageId: string) => void;
}

export const MessageActions = createContext<MessageActing | null>(null);
