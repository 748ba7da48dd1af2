import type { FunctionArgs } from "convex/server";
import { expect, test } from "vitest";
import { NO_STREAM, withUpdate } from "../../../src/follow/liveStream.js";
import { NO_TRANSCRIPT, withAnswer } from "../../../src/follow/transcript.js";
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

test.each([
  ["refused", "fails"],
  ["stored, and never answered", "answer lost"],
] as const)(
  "a reader of a stream one of whose deltas is %s has the whole answer at the end",
  async (_how, type) => {
    const tried = new Set<unknown>();
    const app = deploy({
      faults: ({ to, args }) => {
        if (to !== "steps:flush" || args.seq !== 1) return null;
        tried.add(args.seq);
        return { type };
      },
    });
    const text = Array.from({ length: 60 }, (_, index) => `word${index} `).join("");
    setScript([[...says(text, 500), ...ends()]]);
    const threadId = await app.mutation(api.createThread, { prompt: "Go" });
    const ask = (streamArgs: FunctionArgs<typeof api.listMessagesWithStreams>["streamArgs"]) =>
      app.query(api.listMessagesWithStreams, { threadId, streamArgs });
    let live = NO_STREAM;
    let transcript = withAnswer(NO_TRANSCRIPT, await ask(undefined));
    const shown: string[] = [];
    const follow = async () => {
      const cursor = live.cursor ?? undefined;
      live = withUpdate(live, (await ask({ kind: "deltas", cursor })).stream);
      const { newest, whole } = transcript;
      const answer = await ask({ kind: "messages", after: newest!, whole });
      transcript = withAnswer(transcript, answer, { live });
      shown.push(live.shown?.parts.map((part) => ("text" in part ? part.text : "")).join("") ?? "");
      return false;
    };
    await app.advance(60_000, follow);
    expect(tried.size).toBe(1);
    expect(shown.some((seen) => seen.includes("word40") && !seen.includes("word59"))).toBe(true);
    expect(transcript.docs.at(-1)).toMatchObject({ role: "assistant", parts: [{ type: "text", text }] });
    expect(await app.query(api.getThread, { threadId })).toMatchObject({ status: "completed" });
  },
);
