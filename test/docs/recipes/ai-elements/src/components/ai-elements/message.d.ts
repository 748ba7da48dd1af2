/** See conversation.d.ts. */
import type { UIMessage } from "ai";
import type { ComponentProps, HTMLAttributes, JSX } from "react";
import type { Streamdown } from "streamdown";

export declare function Message(
  props: HTMLAttributes<HTMLDivElement> & { from: UIMessage["role"] },
): JSX.Element;
export declare function MessageContent(props: HTMLAttributes<HTMLDivElement>): JSX.Element;
export declare function MessageResponse(props: ComponentProps<typeof Streamdown>): JSX.Element;
