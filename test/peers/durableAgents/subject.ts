import componentTest from "convex-durable-agents/test";
import { anyApi, defineSchema } from "convex/server";
import type { Reader } from "../../bench/audience.js";
import { deploy } from "../../bench/deployment.js";
import { inComponent, OLD_TEXT, PROMPT, type Subject } from "../../bench/subject.js";
import * as agentModule from "./agent.js";
import { deployed } from "../deployed.js";

const { agent: api } = anyApi as any;

interface Message {
  role: string;
  committedSeq?: number;
  parts: { type: string; text?: string; state?: string }[];
}

const modules = {
  "./app/_generated/api.ts": () => Promise.resolve({}),
  "./app/agent.ts": () => Promise.resolve(agentModule),
};

/** convex-durable-agents 0.2.6: `useAgentChat` follows each thread. */
const durableAgents: Subject = {
  name: "0.2.6",

  async open() {
    const component = {
      name: "durable_agents",
      schema: componentTest.schema,
      modules: deployed(componentTest.modules),
    };
    await Promise.all(Object.values(component.modules).map((load) => load()));
    return deploy({ schema: defineSchema({}), modules, components: [component] });
  },

  async createThread(deployment, messages) {
    const threadId: string = await deployment.t.mutation(api.createThread, {});
    await inComponent(deployment, "durable_agents", async ({ db }) => {
      for (let i = 0; i < messages; i++)
        await db.insert("messages", {
          threadId: threadId as never,
          // As long as those that the AI SDK makes.
          id: `m${i}`.padEnd(16, "-"),
          role: i % 2 === 0 ? "user" : "assistant",
          parts: [{ type: "text", text: OLD_TEXT }],
        });
    });
    return threadId;
  },

  send: ({ t }, threadId) => t.mutation(api.sendMessage, { threadId, prompt: PROMPT }),

  reader(threadId): Reader {
    return async (ask) => {
      await ask("thread", api.getThread, { threadId });
      const messages = await ask<Message[]>("messages", api.listMessages, { threadId });
      const fromSeq = Math.max(-1, ...messages.map(({ committedSeq }) => committedSeq ?? -1)) + 1;
      await ask("updates", api.streamUpdates, { threadId, fromSeq });
    };
  },

  async outcome({ t }, threadId) {
    const messages: Message[] = await t.query(api.listMessages, { threadId });
    const asked = messages.findLastIndex(({ role }) => role === "user");
    const parts = messages.slice(asked + 1).flatMap((message) => message.parts);
    const texts = parts.flatMap((part) => (part.type === "text" ? [part.text!] : []));
    const results = parts.filter(({ state }) => state === "output-available");
    return { answer: texts.join(""), results: results.length };
  },
};

export default [durableAgents];
