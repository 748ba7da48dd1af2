import type { UIMessage } from "ai";
import type { ToolData } from "../../component/validators/message.js";
import type { DataPart } from "../types.js";

type Part = UIMessage["parts"][number];

export { replaces } from "../../component/lib/dataParts.js";

export const isDataPart = (part: { type: string }): part is DataPart => part.type.startsWith("data-");

/** A data part that a tool has written: it names the call. */
type ToolDataPart = Part & { writtenBy: string };

/** The data parts of a message that a tool has written, apart from those that are shown once. */
export const toolDataParts = (toolCallId: string, data: readonly ToolData[]): Part[] =>
  data
    .filter(({ transient }) => !transient)
    .map(
      ({ type, id, data: value }) => ({ type, id, data: value as unknown, writtenBy: toolCallId }) as Part,
    );

/** Whether a part is data that a tool has written. */
export const isToolData = (part: Part): part is ToolDataPart => isDataPart(part) && "writtenBy" in part;
