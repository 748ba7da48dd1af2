/** See conversation.d.ts. */
import type { DynamicToolUIPart, ToolUIPart } from "ai";
import type { ComponentProps, JSX } from "react";

type ToolPart = ToolUIPart | DynamicToolUIPart;

export declare function Tool(props: ComponentProps<"div">): JSX.Element;
export declare function ToolHeader(
  props: { title?: string; className?: string } & (
    | { type: ToolUIPart["type"]; state: ToolUIPart["state"]; toolName?: never }
    | { type: DynamicToolUIPart["type"]; state: DynamicToolUIPart["state"]; toolName: string }
  ),
): JSX.Element;
export declare function ToolContent(props: ComponentProps<"div">): JSX.Element;
export declare function ToolInput(props: ComponentProps<"div"> & { input: ToolPart["input"] }): JSX.Element;
export declare function ToolOutput(
  props: ComponentProps<"div"> & { output: ToolPart["output"]; errorText: ToolPart["errorText"] },
): JSX.Element;
