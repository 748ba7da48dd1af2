import { anyApi, type ApiFromModules } from "convex/server";
import { defineAgentApi } from "convex-durable-agents";
import { BATCH_ROWS, MAX_PAGE_ROWS } from "../../../component/lib/limits.js";
import { deploy } from "../../deployment/deployment.js";
import { component } from "../../support/app/agent.js";
import { calls, ends, says, setScript } from "../../support/app/model.js";
import * as retention from "../../support/app/retention.js";
import { api } from "../../support/harness.js";
import { sentIn, type Sent } from "./sent.js";

const { sweepThreads, sweepFailed } = (anyApi as unknown as ApiFromModules<{ retention: typeof retention }>)
  .retention;

const speaks = (pauseMs = 0) => setScript([[...says("a b c d", pauseMs), ...ends()]]);

const longHistory = Array.from({ length: MAX_PAGE_ROWS }, (_, i) => ({
  role: i % 2 === 0 ? ("user" as const) : ("assistant" as const),
  prompt: `message ${i}`,
}));

/** A turn that takes longer than a limit allows. */
async function outOfTime(limits: { maxTurnMs: number } | { maxThreadMs: number }): Promise<Sent[]> {
  const agent = defineAgentApi(component, anyApi.agent!.handler as never, { limits });
  const app = deploy({ modules: { "./app/limited.ts": () => Promise.resolve(agent) } });
  speaks(5_000);
  const { createThread } = (anyApi as unknown as ApiFromModules<{ limited: typeof agent }>).limited;
  await app.settle(await app.mutation(createThread, { prompt: "Go" }));
  return sentIn(app);
}

/** Whatever schedules a job of the component apart from tools and stream handlers. */
export const jobScenes: Record<string, () => Promise<Sent[]>> = {
  "a stop, an interruption and a deletion": async () => {
    const app = deploy();
    speaks(5_000);
    const threads = [1, 2, 3].map(() => app.call(api.createThread, { prompt: "Go" }));
    const [stopped, interrupted, deleted] = await app.drive(Promise.all(threads));
    await app.advance(7_000);
    await app.mutation(api.stopThread, { threadId: stopped! });
    await app.mutation(api.sendMessage, {
      threadId: interrupted!,
      prompt: "Wait",
      whileRunning: "interrupt",
    });
    await app.mutation(api.deleteThread, { threadId: deleted! });
    await app.settle(interrupted!);
    return sentIn(app);
  },
  "a turn whose time is over": () => outOfTime({ maxTurnMs: 10_000 }),
  "a thread whose time is over": () => outOfTime({ maxThreadMs: 10_000 }),
  "a long history that is cut and copied": async () => {
    const app = deploy();
    speaks();
    const threadId = await app.mutation(api.createThread, { messages: longHistory });
    const fork = await app.mutation(api.forkThread, { threadId });
    await app.settle(fork);
    const [first] = await app.query(api.listMessages, { threadId, limit: 500 });
    await app.mutation(api.regenerate, { threadId, messageId: first!.id });
    await app.settle(threadId);
    return sentIn(app);
  },
  "a watchdog whose looks fail": async () => {
    const app = deploy();
    speaks(20_000);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    await app.advance(25_000);
    let left = 2;
    app.code.change("watchdog:look", (look) => (ctx, args) => {
      if (left-- > 0) throw new Error("Too many documents read.");
      return look(ctx, args);
    });
    await app.settle(threadId);
    return sentIn(app);
  },
  "a thread that waits for people": async () => {
    const app = deploy();
    setScript([[...calls("ask", { question: "?" }, "q"), ...ends("tool-calls")]]);
    await app.mutation(api.createThread, { prompt: "Go" });
    await app.advance(60_000);
    return sentIn(app);
  },
  "sweeps of more threads than one batch": async () => {
    const app = deploy({ modules: { "./app/retention.ts": () => Promise.resolve(retention) } });
    await app.mutation(api.createThread, {});
    const activeAt = Date.now() - 31 * retention.DAY_MS;
    await app.inComponent(async ({ db }) => {
      const { _id, _creationTime, ...row } = (await db.query("threads").first())!;
      for (const status of ["completed", "failed"] as const)
        for (let i = 0; i <= BATCH_ROWS; i++) await db.insert("threads", { ...row, status, activeAt });
    });
    await app.mutation(sweepThreads, {});
    await app.mutation(sweepFailed, {});
    return sentIn(app);
  },
};
