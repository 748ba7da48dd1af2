/** The props that docs/recipes/ai-elements.md uses, as of vercel/ai-elements in July 2026. Its CLI copies the real file into an app. */
import type { ComponentProps, JSX } from "react";

export declare function Conversation(props: ComponentProps<"div">): JSX.Element;
export declare function ConversationContent(props: ComponentProps<"div">): JSX.Element;
export declare function ConversationScrollButton(props: ComponentProps<"button">): JSX.Element;
