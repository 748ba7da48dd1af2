import type { LanguageModelV3Prompt } from "@ai-sdk/provider";
import { agentErrorData } from "convex-durable-agents";
import componentTest from "convex-durable-agents/test";
import { api, type App } from "./harness.js";

type Table = keyof typeof componentTest.schema.tables;

/** How many rows each table of the component has, where it has any. */
export async function rowCounts({ inComponent }: App): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of Object.keys(componentTest.schema.tables) as Table[]) {
    const { length } = await inComponent((ctx) => ctx.db.query(table).collect());
    if (length > 0) counts[table] = length;
  }
  return counts;
}

/** What the component has scheduled and not begun. */
export async function pendingJobs({ inComponent }: App): Promise<string[]> {
  const jobs = await inComponent((ctx) => ctx.db.system.query("_scheduled_functions").collect());
  return jobs.filter(({ state }) => state.kind === "pending").map(({ name }) => name);
}

/** A chunk of a stream, as far as tests look at it. */
export interface ShownChunk {
  type: string;
  id?: string;
  delta?: string;
}

/** The live streams of a thread, as a client asks for them. */
export async function liveStreams({ query }: App, threadId: string) {
  const { streams } = await query(api.listMessagesWithStreams, { threadId, streamArgs: { kind: "list" } });
  return streams?.kind === "list" ? streams.streams : [];
}

/** What is new in streams from some point on; without cursors, all of a thread's live streams. */
export async function readDeltas(
  app: App,
  threadId: string,
  cursors?: { streamId: string; cursor: number }[],
) {
  const wanted =
    cursors ?? (await liveStreams(app, threadId)).map(({ streamId }) => ({ streamId, cursor: 0 }));
  const { streams } = await app.query(api.listMessagesWithStreams, {
    threadId,
    streamArgs: { kind: "deltas", cursors: wanted },
  });
  return streams?.kind === "deltas" ? streams.deltas : [];
}

/** The text in deltas. */
export const textOf = (deltas: { chunks: unknown[] }[]): string =>
  deltas
    .flatMap(({ chunks }) => chunks as ShownChunk[])
    .map((chunk) => (chunk.type === "text-delta" ? chunk.delta : ""))
    .join("");

/** The text that readers have seen of the running step. */
export const shownText = async (app: App, threadId: string): Promise<string> =>
  textOf(await readDeltas(app, threadId));

/** A prompt that the model was sent, apart from the system's part, as roles and what they said. */
export const spokenTo = (prompt: LanguageModelV3Prompt | undefined) =>
  prompt?.flatMap(({ role, content }) =>
    typeof content === "string"
      ? []
      : content.map((part) => `${role}: ${"text" in part ? part.text : part.type}`),
  );

/** The outcomes of tool calls that a prompt tells the model of, by the calls' ids. */
export const toldOutcomes = (prompt: LanguageModelV3Prompt | undefined) =>
  (prompt ?? []).flatMap(({ role, content }) =>
    role !== "tool"
      ? []
      : content.flatMap((part) =>
          part.type === "tool-result" ? [[part.toolCallId, part.output] as const] : [],
        ),
  );

/** The code of the error that a call fails with; null when it succeeds. */
export const codeOf = (call: Promise<unknown>): Promise<string | null> =>
  call.then(
    () => null,
    (error: unknown) => agentErrorData(error)?.code ?? `not one of ours: ${String(error)}`,
  );
