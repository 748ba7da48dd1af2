import { makeFunctionReference, type FunctionReference } from "convex/server";
import type { ChatFunctions } from "../follow/chatFunctions.js";
import { isRedacted } from "../follow/describeError.js";
import type {
  Explanation,
  MessageDoc,
  ThreadDoc,
  ThreadStatus,
  ThreadUsage,
  TransitionPage,
  TurnPage,
} from "../types.js";

type ThreadFunction<Result, Args extends object = object> = FunctionReference<
  "query",
  "public",
  { threadId: string } & Args,
  Result
>;

/**
 * The functions of an agent that {@link ThreadInspector} calls: `api.chat`, or an object with those that it may use. It leaves
 * out the parts whose function is missing.
 *
 * At run time `api.chat` has every name, so a function that the app does not export is left out once the server says so. A
 * production deployment does not say so: where the app does not export all of them, or is to offer fewer, pass an object.
 *
 * @example
 * const forSupport = { getThread: api.chat.getThread, explainThread: api.chat.explainThread };
 */
export interface InspectorFunctions extends Partial<
  Pick<ChatFunctions, "stopThread" | "resumeThread" | "approveToolCall" | "denyToolCall" | "addToolResult">
> {
  getThread: ChatFunctions["getThread"];
  /** What the thread waits for, its tool calls and its limits. */
  explainThread?: ThreadFunction<Explanation | null>;
  /** The log: the story, the path in the diagram, and the time line. */
  listTransitions?: ThreadFunction<
    TransitionPage,
    { limit?: number | undefined; cursor?: string | undefined }
  >;
  /** The messages as they were at a moment of the log. They are read only when somebody opens them. */
  listMessages?: ThreadFunction<MessageDoc[], { limit?: number | undefined; before?: string | undefined }>;
  /** Tokens and costs. */
  getUsage?: ThreadFunction<ThreadUsage | null, { turn?: number | undefined }>;
  /** Which turns there were, and how they ended. */
  listTurns?: ThreadFunction<TurnPage, { limit?: number | undefined; cursor?: string | undefined }>;
}

/** The functions of an agent that {@link ThreadsOverview} calls. */
export interface OverviewFunctions {
  listThreads: FunctionReference<
    "query",
    "public",
    {
      status?: ThreadStatus | undefined;
      archived?: boolean | undefined;
      allOwners?: boolean | undefined;
      limit?: number | undefined;
    },
    ThreadDoc[]
  >;
  /** What each thread waits for, and since when. */
  explainThread?: ThreadFunction<Explanation | null>;
}

/** Whether the app does not have the function that was called, as far as its deployment says so. */
export const isMissing = (error: Error | undefined): boolean =>
  error !== undefined && /Could not find (public )?function/.test(error.message);

/** Says which function has failed, and why. */
export function problemText(name: string, error: Error): string {
  const cure = isRedacted(error) ? ` If the app does not export ${name}, leave it out of \`api\`.` : "";
  return `${name}: ${error.message}${cure}`;
}

/** Stands in for a query that the app does not have; it is never asked. */
export const NO_QUERY = makeFunctionReference<"query">("devtools:none");
