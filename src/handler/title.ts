import { generateText, type LanguageModel } from "ai";
import type { StreamHandlerOptions } from "./streamOptions.js";
import type { ActionCtx, ComponentApi, MessageDoc } from "../types.js";

/** How a thread's title is generated. */
export interface TitleOptions {
  /** Default: the handler's model. */
  model?: LanguageModel;
  /** The instructions for the model, which reads the beginning of the conversation. Default: a title of at most six words. */
  prompt?: string;
}

const PROMPT =
  "Write a title of at most six words for this conversation, in its language. Answer with the title alone.";

/** The most characters of a message that the model reads, and of a title. */
const MAX_READ = 2_000;
const MAX_TITLE = 80;

/** The conversation that a title is for. */
interface Conversation {
  threadId: string;
  history: MessageDoc[];
  answer: string;
}

/** Generates a title for a thread that has none, with one model call. A call that fails is logged and changes nothing. */
export async function titleThread(
  ctx: ActionCtx,
  component: ComponentApi,
  settings: StreamHandlerOptions,
  { threadId, history, answer }: Conversation,
): Promise<void> {
  const { generateTitle } = settings;
  if (!generateTitle) return;
  const { model = settings.model, prompt = PROMPT } = generateTitle === true ? {} : generateTitle;
  try {
    const thread = await ctx.runQuery(component.threads.get, { threadId });
    if (!thread || thread.title !== undefined) return;
    const question = textOf(history.find(({ role }) => role === "user"));
    const beginning = [`User: ${cut(question, MAX_READ)}`, `Assistant: ${cut(answer, MAX_READ)}`].join(
      "\n\n",
    );
    const { text } = await generateText({
      model,
      headers: settings.headers,
      system: prompt,
      prompt: beginning,
    });
    const title = cut(unquoted(text), MAX_TITLE);
    if (title !== "") await ctx.runMutation(component.threads.suggestTitle, { threadId, title });
  } catch (error) {
    // eslint-disable-next-line no-console -- the turn is completed; only the app's log can show this.
    console.error("generateTitle failed:", error);
  }
}

const textOf = (message: MessageDoc | undefined): string =>
  (message?.parts ?? []).map((part) => (part.type === "text" ? part.text : "")).join("");

/** Cuts text between whole characters: Convex refuses half ones. */
const cut = (text: string, length: number): string => Array.from(text).slice(0, length).join("");

const unquoted = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^["'“«]+|["'”»]+$/g, "")
    .trim();
