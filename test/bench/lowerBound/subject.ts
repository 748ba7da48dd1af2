import type { TestConvex } from "convex-test";
import type { FunctionReturnType } from "convex/server";
import type { GenericId } from "convex/values";
import type { Reader } from "../audience.js";
import { deploy } from "../deployment.js";
import { OLD_TEXT, PROMPT, type Deployment, type Subject } from "../subject.js";
import { internal } from "./api.js";
import * as inline from "./inline.js";
import * as perTool from "./perTool.js";
import * as reads from "./reads.js";
import schema from "./schema.js";
import * as turns from "./turns.js";

const modules = {
  "./app/_generated/api.ts": () => Promise.resolve({}),
  "./app/inline.ts": () => Promise.resolve(inline),
  "./app/perTool.ts": () => Promise.resolve(perTool),
  "./app/reads.ts": () => Promise.resolve(reads),
  "./app/turns.ts": () => Promise.resolve(turns),
};

type ThreadId = GenericId<"threads">;
type Reads = typeof internal.reads;

/** A client that asks for news only: nothing is sent to it twice. */
function follow(threadId: ThreadId, actionPerTool: boolean): Reader {
  let newestMessage = 0;
  let nextDelta = 0;
  let newestResult = 0;
  return async (ask) => {
    const { thread, messages, deltas, results } = internal.reads;
    const { streamId } = await ask<FunctionReturnType<Reads["thread"]>>("thread", thread, { threadId });
    for (let more = true; more;) {
      const args = { threadId, after: newestMessage };
      const news = await ask<FunctionReturnType<Reads["messages"]>>("messages", messages, args);
      newestMessage = news.at(-1)?.at ?? newestMessage;
      more = news.length > 0;
    }
    for (let more = streamId !== null; more;) {
      const args = { streamId, from: nextDelta };
      const news = await ask<FunctionReturnType<Reads["deltas"]>>("deltas", deltas, args);
      nextDelta += news.length;
      more = news.length > 0;
    }
    for (let more = actionPerTool; more;) {
      const args = { threadId, after: newestResult };
      const news = await ask<FunctionReturnType<Reads["results"]>>("results", results, args);
      newestResult = news.at(-1)?.settled ?? newestResult;
      more = news.length > 0;
    }
  };
}

/** The deployment's tables, as this app has them. */
const databaseOf = ({ t }: Deployment) => (t as unknown as TestConvex<typeof schema>).run;

const lowerBound = (name: string, actionPerTool: boolean): Subject => ({
  name,

  open: () => Promise.resolve(deploy({ schema, modules })),

  createThread: (deployment, messages) =>
    databaseOf(deployment)(async ({ db }) => {
      const threadId = await db.insert("threads", { running: false, settled: 0 });
      for (let i = 0; i < messages; i++)
        await db.insert("messages", {
          threadId,
          role: i % 2 === 0 ? "user" : "assistant",
          text: OLD_TEXT,
          streamed: 0,
        });
      return threadId;
    }),

  send: ({ t }, threadId) =>
    t.mutation(internal.turns.send, { threadId: threadId as ThreadId, prompt: PROMPT, actionPerTool }),

  reader: (threadId) => follow(threadId as ThreadId, actionPerTool),

  outcome: (deployment, threadId) =>
    databaseOf(deployment)(async ({ db }) => {
      const all = await db.query("messages").collect();
      const messages = all.filter((message) => message.threadId === threadId);
      const calls = await db.query("calls").collect();
      const settled = calls.filter((call) => call.threadId === threadId && call.settled !== undefined);
      const inlined = messages.flatMap((message) => (message.results ?? []) as unknown[]);
      return { answer: messages.at(-1)!.text, results: settled.length + inlined.length };
    }),
});

/** A turn in one action, its tools inline. */
export const inOneAction = lowerBound("bound", false);

/** An action for each step and for each tool call. */
export const actionPerTool = lowerBound("bound, steps", true);
