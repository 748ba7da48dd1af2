import { expect, test } from "vitest";
import { ends, says, setScript } from "../../support/app/model.js";
import { api } from "../../support/harness.js";
import { deploy } from "../deployment.js";
import { seedsOf } from "../seeds.js";

test("a follower of a fork misses nothing that is sent while it is copied, whatever the seed", async () => {
  const missed: number[] = [];
  for (const seed of seedsOf(4)) {
    const app = deploy({ seed });
    setScript([[...says("Hello."), ...ends()]]);
    const source = await app.mutation(api.createThread, {
      messages: Array.from({ length: 480 }, (_, i) => ({
        role: i % 2 === 0 ? ("user" as const) : ("assistant" as const),
        prompt: `message ${i}`,
      })),
    });
    const fork = await app.mutation(api.forkThread, { threadId: source });
    const seen = new Set<string>();
    let after = 0;
    const follow = async () => {
      const { messages = [] } = await app.query(api.listMessagesWithStreams, {
        threadId: fork,
        streamArgs: { kind: "messages", after },
      });
      for (const { id, _creationTime } of messages) {
        seen.add(id);
        after = Math.max(after, _creationTime);
      }
      return false;
    };
    const sends = [0, 3, 6].map(async (delay) => {
      await new Promise((resolve) => setTimeout(resolve, delay));
      return app.call(api.sendMessage, { threadId: fork, prompt: `sent after ${delay}` });
    });
    await app.advance(60_000, follow);
    await Promise.all(sends);
    await app.advance(60_000, follow);
    const all = await app.query(api.listMessages, { threadId: fork, limit: 500 });
    if (all.some(({ id }) => !seen.has(id))) missed.push(seed);
  }
  expect(missed).toEqual([]);
}, 60_000);
