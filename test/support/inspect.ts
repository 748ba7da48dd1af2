import type { LanguageModelV3Prompt } from "@ai-sdk/provider";
import { agentErrorData, type StreamCursor } from "convex-durable-agents";
import componentTest from "convex-durable-agents/test";
import { api, type App } from "./harness.js";

type Table = keyof typeof componentTest.schema.tables;

/** How many rows each table of the component has, where it has any; the agents, which threads share, aside. */
export async function rowCounts({ inComponent }: App): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of Object.keys(componentTest.schema.tables) as Table[]) {
    if (table === "agents") continue;
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

/** Everything that is stored and scheduled. */
export const everything = async (app: App) => ({
  rows: await app.inComponent(async ({ db }) => ({
    threads: await db.query("threads").collect(),
    details: await db.query("details").collect(),
    deletions: await db.query("deletions").collect(),
    messages: await db.query("messages").collect(),
    toolCalls: await db.query("toolCalls").collect(),
    turns: await db.query("turns").collect(),
    transitions: await db.query("transitions").collect(),
  })),
  jobs: await pendingJobs(app),
});

/** A chunk of a stream, as far as tests look at it; bare text continues the text before it. */
export type ShownChunk = string | { type: string; id?: string; delta?: string };

/** What is new in a thread's stream since a cursor, as a client asks for it. */
export async function readStream({ query }: App, threadId: string, cursor?: StreamCursor) {
  const streamArgs = { kind: "deltas", ...(cursor && { cursor }) } as const;
  return (await query(api.listMessagesWithStreams, { threadId, streamArgs })).stream;
}

/** The live stream of a thread, if it has one. */
export async function liveStreams(app: App, threadId: string) {
  const update = await readStream(app, threadId);
  return update?.stream ? [update.stream] : [];
}

/** The text in chunks. */
export const textOf = (chunks: unknown[]): string =>
  (chunks as ShownChunk[])
    .map((chunk) => (typeof chunk === "string" ? chunk : chunk.type === "text-delta" ? chunk.delta : ""))
    .join("");

/** The text that readers have seen of the running step. */
export const shownText = async (app: App, threadId: string): Promise<string> =>
  textOf((await readStream(app, threadId))?.chunks ?? []);

/** A prompt that the model was sent, apart from the system's part, as roles and their texts. */
export const spokenTo = (prompt: LanguageModelV3Prompt | undefined) =>
  prompt?.flatMap(({ role, content }) =>
    typeof content === "string"
      ? []
      : content.map((part) => `${role}: ${"text" in part ? part.text : part.type}`),
  );

/** The outcomes of tool calls in a prompt, by the calls' ids. */
export const sentOutcomes = (prompt: LanguageModelV3Prompt | undefined) =>
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
