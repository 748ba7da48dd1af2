import { APICallError } from "ai";
import type { LanguageModelV3Prompt } from "@ai-sdk/provider";
import { calls, ends, says, setScript, type ModelStep } from "../support/app/model.js";
import { flaky } from "../support/app/tools.js";

/** The tools that a step may ask for; `nobody` does not exist, and `wrong` comes with arguments that do not fit. */
export const TOOLS = [
  "record",
  "record_again",
  "unstable",
  "tells",
  "refuse",
  "ask",
  "missing",
  "nobody",
  "wrong",
] as const;
type ToolName = (typeof TOOLS)[number];

/** What the model does in its next call that has nothing planned before it. */
export type Will =
  | { does: "asks"; tools: ToolName[]; throws: number }
  | { does: "fails"; when: "at once" | "midway"; isRetryable: boolean }
  | { does: "talks"; words: number; pauseMs: number };

/** A call that the model asked for, whether or not the step was committed. */
interface AskedCall {
  toolCallId: string;
  tool: ToolName;
  thread: string;
}

/** Everything that the model did. */
export interface ModelDiary {
  asked: AskedCall[];
  plan: Will[];
  /** How many calls of the model there were. */
  count: number;
}

const failure = (isRetryable: boolean) =>
  new APICallError({
    ...{ message: "The provider says no.", url: "http://provider", requestBodyValues: {} },
    ...{ statusCode: isRetryable ? 503 : 400, isRetryable },
  });

/** Which thread a prompt belongs to: its users begin every message with the thread's name. */
function threadOf(prompt: LanguageModelV3Prompt): string {
  const texts = prompt.flatMap(({ role, content }) =>
    role === "user" ? content.flatMap((part) => (part.type === "text" ? [part.text] : [])) : [],
  );
  return texts[0]!.split(" ")[0]!;
}

/** Sets a model that does what the diary plans, and answers in a few words when nothing is planned. */
export function startDiary(): ModelDiary {
  const diary: ModelDiary = { asked: [], plan: [], count: 0 };
  setScript((prompt) => {
    const will = diary.plan.shift() ?? { does: "talks", words: 2, pauseMs: 100 };
    const thread = threadOf(prompt);
    diary.count += 1;
    // Each call of the model has a text of its own, so that what is doubled can be recognized.
    const said = `said-${diary.count} `;
    if (will.does === "talks") return [...says(said + "word ".repeat(will.words), will.pauseMs), ...ends()];
    if (will.does === "fails") {
      if (will.when === "at once") throw failure(will.isRetryable);
      return [...says(said + "word ", 100), { throw: failure(will.isRetryable) }];
    }
    flaky.failures = will.throws;
    return [
      ...says(said, 100),
      ...will.tools.flatMap((tool) => ask(diary, thread, tool)),
      ...ends("tool-calls"),
    ];
  });
  return diary;
}

function ask(diary: ModelDiary, thread: string, tool: ToolName): ModelStep {
  const toolCallId = `${thread}-call-${diary.asked.length + 1}`;
  diary.asked.push({ toolCallId, tool, thread });
  switch (tool) {
    case "wrong":
      return calls("record", { key: 1 }, toolCallId);
    case "ask":
      return calls("ask", { question: toolCallId }, toolCallId);
    case "refuse":
    case "missing":
    case "nobody":
      return calls(tool, {}, toolCallId);
    default:
      return calls(tool, { key: toolCallId }, toolCallId);
  }
}
