import type { Message } from "./message";

/** What a message says, without its thoughts, tools and files. */
export const textOf = ({ parts }: Message): string =>
  parts.flatMap((part) => (part.type === "text" ? [part.text.trim()] : [])).join("\n\n");
