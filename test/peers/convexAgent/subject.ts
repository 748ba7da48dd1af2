import componentTest from "@convex-dev/agent/test";
import { anyApi, defineSchema } from "convex/server";
import type { Reader } from "../../bench/audience.js";
import { deploy } from "../../bench/deployment.js";
import { inComponent, OLD_TEXT, PAGE_SIZE, PROMPT, type Subject } from "../../bench/subject.js";
import { deployed } from "../deployed.js";
import * as agentModule from "./agent.js";

const { agent: api } = anyApi as any;

interface UIMessage {
  role: string;
  order: number;
  parts: { type: string; text?: string; state?: string }[];
}
interface Page {
  page: UIMessage[];
}
interface Streams {
  streams: { messages: { streamId: string; order: number }[] };
}
interface Deltas {
  streams: { deltas: { streamId: string; end: number }[] };
}

const modules = {
  "./app/_generated/api.ts": () => Promise.resolve({}),
  "./app/agent.ts": () => Promise.resolve(agentModule),
};

/** What `useUIMessages` with `stream: true` is subscribed to. */
function follow(threadId: string): Reader {
  const query = api.listMessages;
  const noPage = { cursor: null, numItems: 0 };
  const cursors = new Map<string, number>();
  let startOrder = 0;
  let isStreaming = false;
  return async (ask) => {
    const paginationOpts = { cursor: null, numItems: PAGE_SIZE };
    const { page } = await ask<Page>("page", query, { threadId, paginationOpts });
    const first = Math.min(...page.map(({ order }) => order));
    if (isStreaming && Number.isFinite(first)) startOrder = first - (first % 10);
    const { streams } = await ask<Streams>("list", query, {
      threadId,
      paginationOpts: noPage,
      streamArgs: { kind: "list", startOrder },
    });
    isStreaming = streams.messages.length > 0;
    for (let more = isStreaming; more;) {
      const fresh = await ask<Deltas>("deltas", query, {
        threadId,
        paginationOpts: noPage,
        streamArgs: {
          kind: "deltas",
          cursors: streams.messages.map(({ streamId }) => ({ streamId, cursor: cursors.get(streamId) ?? 0 })),
        },
      });
      for (const { streamId, end } of fresh.streams.deltas) cursors.set(streamId, end);
      more = fresh.streams.deltas.length > 0;
    }
  };
}

const agent = (name: string, actionPerStep: boolean): Subject => ({
  name,

  async open() {
    const component = {
      name: "agent",
      schema: componentTest.schema,
      modules: deployed(componentTest.modules),
    };
    await Promise.all(Object.values(component.modules).map((load) => load()));
    return deploy({ schema: defineSchema({}), modules, components: [component] });
  },

  async createThread(deployment, messages) {
    const threadId: string = await deployment.t.mutation(api.createThread, {});
    await inComponent(deployment, "agent", async ({ db }) => {
      for (let i = 0; i < messages; i++) {
        const role = i % 2 === 0 ? "user" : "assistant";
        await db.insert("messages", {
          threadId: threadId as never,
          order: Math.floor(i / 2),
          stepOrder: i % 2,
          status: "success",
          tool: false,
          message: { role, content: OLD_TEXT },
          text: OLD_TEXT,
          ...(role === "assistant" && { agentName: "bench" }),
        });
      }
    });
    return threadId;
  },

  send: ({ t }, threadId) => t.mutation(api.sendMessage, { threadId, prompt: PROMPT, actionPerStep }),

  reader: follow,

  async outcome({ t }, threadId) {
    const { page }: Page = await t.query(api.listMessages, {
      threadId,
      paginationOpts: { cursor: null, numItems: 1_000 },
    });
    const asked = page.findLastIndex(({ role }) => role === "user");
    const parts = page.slice(asked + 1).flatMap((message) => message.parts);
    const texts = parts.flatMap((part) => (part.type === "text" ? [part.text!] : []));
    const results = parts.filter(({ state }) => state === "output-available");
    return { answer: texts.join(""), results: results.length };
  },
});

/** @convex-dev/agent 0.7.3: a turn in one action, and an action for each step. `useUIMessages` follows each thread. */
export default [agent("agent", false), agent("agent, steps", true)];
