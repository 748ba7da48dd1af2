import { generateText, type LanguageModel } from "ai";
import { cutText, wellFormed } from "../../component/lib/text.js";
import type { StreamHandlerOptions } from "./streamOptions.js";
import type { ActionCtx, ComponentApi, MessageDoc } from "../types.js";

/** How a thread's title is generated. */
export interface TitleOptions {
  /** Default: the handler's model. */
  model?: LanguageModel;
  /** The instructions for the model, which reads the first question, and its answer if there is one. Default: a title of at most six words. */
  prompt?: string;
}

const PROMPT =
  "Write a title of at most six words for this conversation, in its language. Answer with the title alone.";

/** The most characters of a message that the model reads, and of a title. */
const MAX_READ = 2_000;
const MAX_TITLE = 80;

/** How long a title that is not ready is waited for when the answer is complete, in milliseconds. */
const GRACE_MS = 1_000;

/** The conversation that a title is for. */
interface Conversation {
  threadId: string;
  history: MessageDoc[];
}

/** A title that is being made. */
export interface Titling {
  /** Waits for it, but no longer than a moment: an action holds a place to run in, and a thread can be titled later. */
  settle(): Promise<void>;
  abort(): void;
}

/**
 * Begins to make a title for a thread that has none, beside the step's own model call. One that fails is logged and changes
 * nothing.
 */
export function startTitle(
  ctx: ActionCtx,
  component: ComponentApi,
  settings: StreamHandlerOptions,
  conversation: Conversation,
): Titling {
  const stop = new AbortController();
  const made = makeTitle(ctx, component, settings, conversation, stop.signal).catch((error: unknown) => {
    // eslint-disable-next-line no-console -- the thread goes on without; only the app's log can tell of this.
    if (!stop.signal.aborted) console.error("generateTitle failed:", error);
  });
  return {
    async settle() {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await Promise.race([made, new Promise((resolve) => (timer = setTimeout(resolve, GRACE_MS)))]);
      clearTimeout(timer);
    },
    abort: () => stop.abort(),
  };
}

async function makeTitle(
  ctx: ActionCtx,
  component: ComponentApi,
  { generateTitle, model: ownModel, headers }: StreamHandlerOptions,
  { threadId, history }: Conversation,
  abortSignal: AbortSignal,
): Promise<void> {
  if (!generateTitle) return;
  const { model = ownModel, prompt: system = PROMPT } = generateTitle === true ? {} : generateTitle;
  const thread = await ctx.runQuery(component.threads.get, { threadId });
  if (!thread || thread.title !== undefined || abortSignal.aborted) return;
  const { text } = await generateText({ model, headers, system, prompt: beginningOf(history), abortSignal });
  const title = cutText(unquoted(wellFormed(text)), MAX_TITLE);
  if (title === "" || abortSignal.aborted) return;
  await ctx.runMutation(component.threads.suggestTitle, { threadId, title });
}

/** The first question, and its answer where there is one already. */
function beginningOf(history: MessageDoc[]): string {
  const said = (["user", "assistant"] as const).map((role) =>
    textOf(history.find((message) => message.role === role)),
  );
  const [asked = "", answered = ""] = said.map((text) => cutText(text, MAX_READ));
  return answered === "" ? `User: ${asked}` : `User: ${asked}\n\nAssistant: ${answered}`;
}

const textOf = (message: MessageDoc | undefined): string =>
  (message?.parts ?? []).map((part) => (part.type === "text" ? part.text : "")).join("");

const unquoted = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^["'“«]+|["'”»]+$/g, "")
    .trim();
