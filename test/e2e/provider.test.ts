import type { ConvexClient } from "convex/browser";
import type { MessageDoc } from "convex-durable-agents";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api.js";
import { startExample, type ExampleBackend } from "../browser/support/backend.js";
import { connect, until } from "../embedded/support.js";
import { OpenAIServer, type Answer } from "./openAIServer.js";

const server = new OpenAIServer();
let backend: ExampleBackend;
let client: ConvexClient;

beforeAll(async () => {
  const baseURL = await server.listen();
  backend = await startExample(undefined, {
    OPENAI_API_KEY: "loopback",
    OPENAI_BASE_URL: baseURL,
    OPENAI_MODEL: "loopback-model",
  });
  client = connect(backend.url);
});

afterAll(async () => {
  await client.close();
  await backend.kill();
  server.close();
});

const start = (prompt: string) => client.mutation(api.chat.createThread, { prompt });
const thread = (threadId: string) => client.query(api.chat.getThread, { threadId, inspect: true });
const messages = (threadId: string) => client.query(api.chat.listMessages, { threadId });

const settled = (threadId: string) =>
  until(
    () => thread(threadId),
    (now) => now !== null && ["completed", "failed", "stopped"].includes(now.status),
  );

const textOf = (message: MessageDoc | undefined) =>
  message?.parts.map((part) => (part.type === "text" ? part.text : "")).join("");

const pause = () => new Promise((resolve) => setTimeout(resolve, 30));

function sayAll(...words: string[]) {
  return (answer: Answer) => {
    for (const word of words) answer.say(word);
    answer.finish("stop");
  };
}

describe("a real provider package", () => {
  test("streams text, and counts its tokens", async () => {
    server.expect(sayAll("Hello", " there", "."));
    const threadId = await start("Say hello");
    expect((await settled(threadId))?.status).toBe("completed");
    const [, answer] = await messages(threadId);
    expect(textOf(answer)).toBe("Hello there.");
    expect(answer).toMatchObject({ finishReason: "stop", usage: { totalTokens: 18 } });
    const { body } = server.requests[0]!;
    expect(body).toMatchObject({ model: "loopback-model", stream: true });
    expect(body.messages.at(-1)).toEqual({ role: "user", content: "Say hello" });
    expect(body.tools?.map((tool) => tool.function.name)).toContain("get_weather");
  });

  test("calls tools, several at once, and receives their results", async () => {
    server.expect((answer) => {
      answer.call(0, "call_a", "get_weather", '{"location":"Paris"}');
      answer.call(1, "call_b", "get_weather", '{"location":"Oslo"}');
      answer.finish("tool_calls");
    }, sayAll("Windy and sunny."));
    const threadId = await start("The weather?");
    expect((await settled(threadId))?.status).toBe("completed");
    const [, call, answer] = await messages(threadId);
    expect(call?.parts.filter((part) => part.type === "tool-get_weather")).toMatchObject([
      { toolCallId: "call_a", state: "output-available", output: { location: "Paris" } },
      { toolCallId: "call_b", state: "output-available", output: { location: "Oslo" } },
    ]);
    expect(textOf(answer)).toBe("Windy and sunny.");
    const results = server.requests[1]!.body.messages.filter(({ role }) => role === "tool");
    expect(results.map((message) => message.tool_call_id)).toEqual(["call_a", "call_b"]);
    expect(String(results[0]!.content)).toContain("Paris");
  });

  test("that is too busy is called again, after the wait that it named", async () => {
    server.expect(
      (answer) => answer.refuse(429, "Slow down.", { "Retry-After": "3" }),
      sayAll("Now I have time."),
    );
    const threadId = await start("Busy?");
    const backoff = await until(
      () => thread(threadId),
      (now) => now?.error !== undefined,
    );
    expect(backoff?.snapshot?.value).toEqual({ running: "backoff" });
    expect(backoff!.waitsUntil! - server.requests[0]!.at).toBeGreaterThanOrEqual(3_000);
    expect((await settled(threadId))?.status).toBe("completed");
    expect(textOf((await messages(threadId))[1])).toBe("Now I have time.");
    const [refused, answered] = server.requests;
    expect(answered!.at - refused!.at).toBeGreaterThanOrEqual(3_000);
  });

  test("whose connection is cut in mid-answer is called again, and no text is stored twice", async () => {
    server.expect(async (answer) => {
      answer.say("This will");
      await pause();
      answer.cut();
    }, sayAll("This is whole."));
    const threadId = await start("Go on");
    expect((await settled(threadId))?.status).toBe("completed");
    expect((await messages(threadId)).map(textOf)).toEqual(["Go on", "This is whole."]);
    expect(server.requests).toHaveLength(2);
  });

  test("that refuses for good is not called again", async () => {
    server.expect((answer) => answer.refuse(401, "That key is not valid."), sayAll("never"));
    const failed = await settled(await start("Who am I?"));
    expect(failed).toMatchObject({ status: "failed", error: { code: "provider_error" } });
    expect(server.requests).toHaveLength(1);
  });

  test("has its request aborted when the turn is stopped, and its text so far is kept", async () => {
    server.expect(async (answer) => {
      while (!answer.isClosed) {
        answer.say("on and ");
        await pause();
      }
    });
    const threadId = await start("Never stop");
    await until(
      () =>
        client.query(api.chat.listMessagesWithStreams, {
          threadId,
          streamArgs: { kind: "deltas" },
        }),
      ({ stream }) => stream !== undefined,
    );
    await pause();
    await client.mutation(api.chat.stopThread, { threadId });
    await server.requests[0]!.closed;
    expect((await thread(threadId))?.status).toBe("stopped");
    const kept = (await messages(threadId))[1];
    expect(kept?.partial).toBe(true);
    expect(textOf(kept)).toMatch(/^(on and )+$/);
  });
});
