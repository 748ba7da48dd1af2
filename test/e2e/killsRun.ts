import { ConvexClient } from "convex/browser";
import { anyApi, type ApiFromModules } from "convex/server";
import type * as agent from "./killsAgent.js";
import type { KilledBackend } from "./killsBackend.js";
import type { EndedThread } from "./killsVerdict.js";

const api = (anyApi as unknown as ApiFromModules<{ agent: typeof agent }>).agent;

export interface Plan {
  seed: number;
  kills: number;
  threads: number;
  messagesPerThread: number;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Numbers in [0, 1) that follow from a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Clients learn of a backend that is back as browsers learn of a network that is back, and not only by waiting. */
const network = new EventTarget();
(globalThis as { window?: unknown }).window ??= network;

/** One user: starts a thread and sends it messages, at moments of its own. */
async function converse(client: ConvexClient, name: string, plan: Plan, spreadMs: number) {
  const random = randomFrom(plan.seed ^ hash(name));
  const sent = Array.from({ length: plan.messagesPerThread }, (_, i) => `${name}-m${i + 1}`);
  const gap = () => sleep((2 * random() * spreadMs) / plan.messagesPerThread);
  await gap();
  const threadId = await client.mutation(api.createThread, { prompt: sent[0] });
  for (const prompt of sent.slice(1)) {
    await gap();
    await client.mutation(api.sendMessage, { threadId, prompt });
  }
  return { threadId, sent };
}

const hash = (text: string) => [...text].reduce((sum, char) => Math.imul(sum, 31) + char.charCodeAt(0), 7);

/** How many of the kills come while the process starts: it reads and compacts its log then. */
const KILLED_WHILE_STARTING = 0.2;

async function start(backend: KilledBackend): Promise<void> {
  await backend.start();
  network.dispatchEvent(new Event("online"));
}

/** Kills the backend again and again while users talk to their agents, then lets everything settle. */
export async function killAndSettle(backend: KilledBackend, plan: Plan): Promise<EndedThread[]> {
  const random = randomFrom(plan.seed);
  await backend.start();
  const clients = Array.from({ length: 4 }, () => new ConvexClient(backend.url, { logger: false }));
  try {
    const conversations = Array.from({ length: plan.threads }, (_, i) =>
      converse(clients[i % clients.length]!, `t${i + 1}`, plan, plan.kills * 1_500),
    );
    for (let kill = 1; kill <= plan.kills; kill++) {
      if (random() < KILLED_WHILE_STARTING && kill > 1) {
        await backend.startAndKill(200 + random() * 1_000);
        continue;
      }
      if (kill > 1) await start(backend);
      await sleep(50 + random() ** 2 * 1_500);
      await backend.kill();
    }
    await start(backend);
    const threads = await Promise.all(conversations);
    return await Promise.all(
      threads.map(async ({ threadId, sent }, i) => {
        const client = clients[i % clients.length]!;
        const status = await settled(client, threadId);
        const messages = await client.query(api.listMessages, { threadId, limit: 500 });
        return { sent, status, messages };
      }),
    );
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** The thread's status once it is at rest, or after a time that only a thread that is stuck needs. */
async function settled(client: ConvexClient, threadId: string): Promise<string> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const thread = await client.query(api.getThread, { threadId });
    const status = thread?.status ?? "gone";
    if (!["streaming", "awaiting_tool_results"].includes(status) || Date.now() > deadline) return status;
    await sleep(250);
  }
}
