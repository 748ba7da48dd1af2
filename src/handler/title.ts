import { generateText, type LanguageModel } from "ai";
import type { StreamHandlerOptions } from "./streamOptions.js";
import type { ActionCtx, ComponentApi, MessageDoc } from "../types.js";

/** How a thread's title is made. */
export interface TitleOptions {
  /** The handler's own model unless told. */
  model?: LanguageModel;
  /** What the model is told to do with the beginning of the conversation. */
  prompt?: string;
}

const PROMPT =
  "Write a title of at most six words for this conversation, in its language. Answer with the title alone.";

/** How much of a message the model is shown, and of its answer taken, in characters. */
const MAX_SHOWN = 2_000;
const MAX_TITLE = 80;

/** What a title is made from. */
interface Conversation {
  threadId: string;
  history: MessageDoc[];
  answer: string;
}

/** Gives a thread that has no title one, with one model call. One that fails is logged and changes nothing. */
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
    const asked = textOf(history.find(({ role }) => role === "user"));
    const shown = [`User: ${cut(asked, MAX_SHOWN)}`, `Assistant: ${cut(answer, MAX_SHOWN)}`].join("\n\n");
    const { text } = await generateText({ model, headers: settings.headers, system: prompt, prompt: shown });
    const title = cut(unquoted(text), MAX_TITLE);
    if (title !== "") await ctx.runMutation(component.threads.suggestTitle, { threadId, title });
  } catch (error) {
    // eslint-disable-next-line no-console -- the turn is completed; only the app's log can tell of this.
    console.error("generateTitle failed:", error);
  }
}

const textOf = (message: MessageDoc | undefined): string =>
  (message?.parts ?? []).map((part) => (part.type === "text" ? part.text : "")).join("");

/** By whole characters: Convex refuses half ones. */
const cut = (text: string, length: number): string => Array.from(text).slice(0, length).join("");

const unquoted = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^["'“«]+|["'”»]+$/g, "")
    .trim();
