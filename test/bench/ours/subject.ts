import {
  anyApi,
  defineSchema,
  type ApiFromModules,
  type DataModelFromSchemaDefinition,
  type FunctionReturnType,
  type GenericMutationCtx,
} from "convex/server";
import componentTest from "convex-durable-agents/test";
import { positionOf } from "../../../component/position.js";
import { NO_STREAM, withDeltas, withStreams } from "../../../src/react/liveStream.js";
import type { Reader } from "../audience.js";
import { deploy } from "../deployment.js";
import { OLD_TEXT, PROMPT, type Subject } from "../subject.js";
import type * as agent from "./agent.js";
import * as agentModule from "./agent.js";

const { agent: api } = anyApi as unknown as ApiFromModules<{ agent: typeof agent }>;

type Ctx = GenericMutationCtx<DataModelFromSchemaDefinition<typeof componentTest.schema>>;
type InComponent = { runInComponent<R>(path: string, work: (ctx: Ctx) => Promise<R>): Promise<R> };

const modules = {
  "./app/_generated/api.ts": () => Promise.resolve({}),
  "./app/agent.ts": () => Promise.resolve(agentModule),
};

/** What `useThread` asks for a page of. */
const PAGE_SIZE = 50;

type Answer = FunctionReturnType<typeof api.listMessagesWithStreams>;

/** This package: `useThread` follows each thread. */
export const ours: Subject = {
  name: "convex-durable-agents",

  async open() {
    await Promise.all(Object.values(componentTest.modules).map((load) => load()));
    const component = { name: "durableAgents", ...componentTest };
    return deploy({ schema: defineSchema({}), modules, components: [component] });
  },

  async createThread({ t }, messages) {
    const threadId = await t.mutation(api.createThread, {});
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
            toolCalls: 0,
          });
    });
    return threadId;
  },

  send: ({ t }, threadId) => t.mutation(api.sendMessage, { threadId, prompt: PROMPT }),

  reader(threadId): Reader {
    const query = api.listMessagesWithStreams;
    let live = NO_STREAM;
    return async (ask) => {
      await ask("thread", api.getThread, { threadId });
      await ask("page", query, { threadId, limit: PAGE_SIZE });
      const { streams } = await ask<Answer>("list", query, { threadId, streamArgs: { kind: "list" } });
      live = withStreams(live, streams?.kind === "list" ? streams.streams : []);
      for (let before = null as typeof live | null; live.stream && live !== before;) {
        before = live;
        const cursors = [{ streamId: live.stream.streamId, cursor: live.nextSeq }];
        const fresh = await ask<Answer>("deltas", query, {
          threadId,
          streamArgs: { kind: "deltas", cursors },
        });
        live = withDeltas(live, fresh.streams?.kind === "deltas" ? fresh.streams.deltas : []);
      }
    };
  },

  async outcome({ t }, threadId) {
    const { messages } = await t.query(api.listMessagesWithStreams, { threadId, limit: 500 });
    const parts = messages.flatMap((message) => message.parts);
    const texts = messages.at(-1)!.parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
    const results = parts.filter((part) => "toolCallId" in part && part.state === "output-available");
    return { answer: texts.join(""), results: results.length };
  },
};
