import { register, runCrons } from "convex-durable-agents/test";
import { convexTest } from "convex-test";
import { defineSchema } from "convex/server";
import { beforeEach, expect, test, vi } from "vitest";
import { api } from "./_generated/api";
import { calls, says, scripted } from "../test/script";

const modules = import.meta.glob("./**/*.ts");

vi.mock("./model", () => ({
  model: scripted(calls("get_weather", { location: "Paris" }), says("It is sunny.")),
}));

beforeEach(() => void vi.useFakeTimers());

test("the agent looks the weather up, and only its user reads the answer", async () => {
  const t = convexTest(defineSchema({}), modules);
  register(t);
  const ann = t.withIdentity({ subject: "ann" });
  const threadId = await ann.mutation(api.chat.createThread, { prompt: "How is Paris?" });
  await t.finishAllScheduledFunctions(() => vi.advanceTimersByTime(100));

  expect(await ann.query(api.chat.getThread, { threadId })).toMatchObject({ status: "completed" });
  const { messages = [] } = await ann.query(api.chat.listMessagesWithStreams, { threadId });
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "assistant"]);
  expect(messages[1]!.parts).toContainEqual(
    expect.objectContaining({
      type: "tool-get_weather",
      output: { weather: "sunny in Paris", temperature: 23 },
    }),
  );
  expect(messages[2]!.parts).toContainEqual(expect.objectContaining({ type: "text", text: "It is sunny." }));

  const bob = t.withIdentity({ subject: "bob" });
  expect(await bob.query(api.chat.getThread, { threadId })).toBeNull();
  await runCrons(t);
});
