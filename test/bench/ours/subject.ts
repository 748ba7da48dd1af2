import {
  anyApi,
  defineSchema,
  type ApiFromModules,
  type DataModelFromSchemaDefinition,
  type FunctionReturnType,
  type GenericMutationCtx,
} from "convex/server";
import type { Value } from "convex/values";
import componentTest from "convex-durable-agents/test";
import { positionOf } from "../../../component/lib/position.js";
import { NO_STREAM, withUpdate } from "../../../src/follow/liveStream.js";
import { NO_TRANSCRIPT, pendingCalls, withAnswer } from "../../../src/follow/transcript.js";
import type { Reader } from "../audience.js";
import { deploy } from "../deployment.js";
import { OLD_TEXT, PROMPT, type Deployment, type Subject } from "../subject.js";
import type * as agent from "./agent.js";
import * as agentModule from "./agent.js";
import type * as logged from "./logged.js";
import * as loggedModule from "./logged.js";

const { agent: api, logged: loggedApi } = anyApi as unknown as ApiFromModules<{
  agent: typeof agent;
  logged: typeof logged;
}>;

type Ctx = GenericMutationCtx<DataModelFromSchemaDefinition<typeof componentTest.schema>>;
type InComponent = { runInComponent<R>(path: string, work: (ctx: Ctx) => Promise<R>): Promise<R> };

const modules = {
  "./app/_generated/api.ts": () => Promise.resolve({}),
  "./app/agent.ts": () => Promise.resolve(agentModule),
  "./app/logged.ts": () => Promise.resolve(loggedModule),
};

/** What `useThread` asks for a page of. */
const PAGE_SIZE = 50;

type Answer = FunctionReturnType<typeof api.listMessagesWithStreams>;

/** Gives a new thread short messages. */
async function seeded({ t }: Deployment, threadId: string, messages: number): Promise<string> {
  const turns = messages / 2;
  await (t as unknown as InComponent).runInComponent("durableAgents", async ({ db }) => {
    const thread = (await db.get("threads", threadId as never))!;
    const { snapshot } = thread;
    const context = { ...snapshot.context, turn: turns };
    await db.patch("threads", thread._id, { snapshot: { ...snapshot, context } });
    for (let turn = 1; turn <= turns; turn++)
      for (const step of [0, 1])
        await db.insert("messages", {
          threadId: thread._id,
          position: positionOf(turn, step),
          role: step === 0 ? "user" : "assistant",
          parts: [{ type: "text", text: OLD_TEXT }],
        });
  });
  return threadId;
}

/** This package: `useThread` follows each thread. */
export const ours: Subject = {
  name: "convex-durable-agents",

  async open() {
    await Promise.all(Object.values(componentTest.modules).map((load) => load()));
    const component = { name: "durableAgents", ...componentTest };
    return deploy({ schema: defineSchema({}), modules, components: [component] });
  },

  createThread: async (deployment, messages) =>
    seeded(deployment, await deployment.t.mutation(api.createThread, {}), messages),

  send: ({ t }, threadId) => t.mutation(api.sendMessage, { threadId, prompt: PROMPT }),

  reader(threadId): Reader {
    const query = api.listMessagesWithStreams;
    let live = NO_STREAM;
    let transcript = NO_TRANSCRIPT;
    return async (ask) => {
      await ask("thread", api.getThread, { threadId });
      if (transcript.newest === null)
        transcript = withAnswer(transcript, await ask<Answer>("page", query, { threadId, limit: PAGE_SIZE }));
      for (let before = null as unknown[] | null; before?.[0] !== live || before[1] !== transcript;) {
        before = [live, transcript];
        const follow = (name: string, streamArgs: Record<string, Value>) =>
          ask<Answer>(name, query, { threadId, streamArgs: { kind: name, ...streamArgs } });
        live = withUpdate(
          live,
          (await follow("deltas", live.cursor ? { cursor: { ...live.cursor } } : {})).stream,
        );
        for (const call of pendingCalls(transcript.docs))
          transcript = withAnswer(transcript, await follow("toolCall", { ...call }), { call });
        const whole: Record<string, Value> = transcript.whole ? { whole: true } : {};
        const tail = await follow("messages", { after: transcript.newest!, ...whole });
        transcript = withAnswer(transcript, tail, { live });
      }
    };
  },

  async outcome({ t }, threadId) {
    const { messages = [] } = await t.query(api.listMessagesWithStreams, { threadId, limit: 500 });
    const parts = messages.flatMap((message) => message.parts);
    const texts = messages.at(-1)!.parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
    const results = parts.filter((part) => "toolCallId" in part && part.state === "output-available");
    return { answer: texts.join(""), results: results.length };
  },
};

/** The same with a log of the transitions, which it has unless its app says otherwise. */
export const oursLogged: Subject = {
  ...ours,
  name: "convex-durable-agents, with its log",
  createThread: async (deployment, messages) =>
    seeded(deployment, await deployment.t.mutation(loggedApi.createThread, {}), messages),
  send: ({ t }, threadId) => t.mutation(loggedApi.sendMessage, { threadId, prompt: PROMPT }),
};
