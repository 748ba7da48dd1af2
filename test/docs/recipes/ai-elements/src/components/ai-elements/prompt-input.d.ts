/** See conversation.d.ts. */
import type { ChatStatus, FileUIPart } from "ai";
import type { ComponentProps, FormEvent, HTMLAttributes, JSX } from "react";

export interface PromptInputMessage {
  text: string;
  files: FileUIPart[];
}

export declare function PromptInput(
  props: Omit<HTMLAttributes<HTMLFormElement>, "onSubmit" | "onError"> & {
    onSubmit: (message: PromptInputMessage, event: FormEvent<HTMLFormElement>) => void | Promise<void>;
  },
): JSX.Element;
export declare function PromptInputTextarea(props: ComponentProps<"textarea">): JSX.Element;
export declare function PromptInputSubmit(
  props: ComponentProps<"button"> & { status?: ChatStatus; onStop?: () => void },
): JSX.Element;
