import { ConvexReactClient } from "convex/react";
import WebSocket from "ws";
import { describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api.js";
import { until } from "../embedded/support.js";
import { isAiSdk7 } from "../support/aiSdk.js";
import { call, DurableChats, halting, hasSaid, sayAll, textOf, texts } from "./durableChats.js";

const chats = DurableChats.forThisFile();

const pause = () => new Promise((resolve) => setTimeout(resolve, 30));

describe("the SDK's chat on a durable thread", () => {
  test("sends a message, and shows its answer while it comes", async () => {
    const { reply, go } = halting("Hello", " there.");
    chats.server.expect(reply);
    const chat = await chats.openNew();
    const sent = chat.sendMessage({ text: "Hi" });
    await until(
      () => texts(chat),
      (all) => all[1] === "Hello",
    );
    expect(chat.status).toBe("streaming");
    go();
    await sent;
    expect(texts(chat)).toEqual(["Hi", "Hello there."]);
    expect(chat).toMatchObject({ status: "ready", error: undefined });
    expect(chat.messages[1]).toMatchObject({ id: "turn-1", metadata: { turn: 1, partial: false } });
    await chats.expectStored(chat);
  });

  test("shows the steps of a turn with the tool's result, through a React client as well", async () => {
    chats.server.expect(call("get_weather", { location: "Paris" }), sayAll("Windy."));
    const react = new ConvexReactClient(chats.backend.url, {
      logger: false,
      webSocketConstructor: WebSocket as never,
    });
    const chat = await chats.open(await chats.newThread(), react);
    await chat.sendMessage({ text: "Weather?" });
    expect(chat.messages[1]!.parts).toMatchObject([
      { type: "step-start" },
      { type: "tool-get_weather", state: "output-available", output: { location: "Paris" } },
      { type: "step-start" },
      { type: "text", text: "Windy.", state: "done" },
    ]);
    await chats.expectStored(chat);
    await react.close();
  });

  test("goes on after a reload in mid-answer, in the same message", async () => {
    const { reply, go } = halting("It is", " windy.");
    chats.server.expect(call("get_weather", { location: "Paris" }), reply);
    const first = await chats.openNew();
    void first.sendMessage({ text: "Weather?" });
    await hasSaid(first, "It is");
    const second = await chats.open(first.id);
    expect(second.messages[1]).toMatchObject({ id: "turn-1" });
    const resumed = second.resumeStream();
    await hasSaid(second, "It is");
    go();
    await resumed;
    expect(texts(second)).toEqual(["Weather?", "It is windy."]);
    await chats.expectStored(second);
    const third = await chats.open(first.id);
    await third.resumeStream();
    expect(third.status).toBe("ready");
    expect(texts(third)).toEqual(["Weather?", "It is windy."]);
  });

  test("stopping the thread ends the answer, and keeps its text so far", async () => {
    chats.server.expect(halting("Word").reply);
    const chat = await chats.openNew();
    const sent = chat.sendMessage({ text: "Never stop" });
    await hasSaid(chat, "Word");
    await chats.stop(chat);
    await sent;
    expect(chat.status).toBe("ready");
    await until(
      () => chats.threadOf(chat),
      (thread) => thread?.status === "stopped",
    );
    await chats.expectStored(chat);
    chats.server.expect(sayAll("Again."));
    await chat.sendMessage({ text: "And now?" });
    expect(texts(chat)).toEqual(["Never stop", "Word", "And now?", "Again."]);
  });

  test("the SDK's own stop leaves the stream, and the turn goes on", async () => {
    const { reply, go } = halting("Still", " here.");
    chats.server.expect(reply);
    const chat = await chats.openNew();
    const sent = chat.sendMessage({ text: "Hi" });
    await hasSaid(chat, "Still");
    await chat.stop();
    await sent;
    expect(chat.status).toBe("ready");
    const page = await chats.open(chat.id);
    const older = page.resumeStream();
    await hasSaid(page, "Still");
    const newer = page.resumeStream();
    await older;
    go();
    await newer;
    expect(texts(page)).toEqual(["Hi", "Still here."]);
    expect((await chats.threadOf(chat))?.status).toBe("completed");
  });

  test("a message that is sent again is one, and waits for a turn that runs", async () => {
    const running = halting("One", ".");
    chats.server.expect(running.reply, sayAll("Two."));
    const chat = await chats.openNew();
    const other = await chats.open(chat.id);
    void chat.sendMessage({ text: "First" });
    await hasSaid(chat, "One");
    const message = { id: "again", parts: [{ type: "text" as const, text: "Second" }] };
    const sent = [other.sendMessage(message), (await chats.open(chat.id)).sendMessage(message)];
    await until(
      () => chats.stored(chat.id),
      (messages) => messages.some((message) => textOf(message) === "Second"),
    );
    running.go();
    await Promise.all(sent);
    expect(texts(other)).toEqual(["Second", "Two."]);
    expect((await chats.stored(chat.id)).map(textOf)).toEqual([...["First", "One.", "Second", "Two."]]);
  });

  test("a turn that was steered: one answer to who follows it, two to who opens it", async () => {
    const [first, second] = [halting("One", "."), halting("Two", ".")];
    chats.server.expect(first.reply, second.reply);
    const chat = await chats.openNew();
    const sent = chat.sendMessage({ text: "Hi" });
    await hasSaid(chat, "One", -1);
    const steering = { threadId: chat.id, prompt: "And?", whileRunning: "steer" as const };
    await chats.client.mutation(api.chat.sendMessage, steering);
    first.go();
    await hasSaid(chat, "One.Two", -1);
    const page = await chats.open(chat.id);
    const resumed = page.resumeStream();
    await hasSaid(page, "Two", -1);
    second.go();
    await Promise.all([sent, resumed]);
    expect(texts(chat)).toEqual(["Hi", "One.Two."]);
    expect(texts(page)).toEqual(["Hi", "One.", "And?", "Two."]);
    await chats.expectStored(page);
  });

  test("says why a turn has failed, and answers again", async () => {
    chats.server.expect((answer) => answer.refuse(401, "That key is not valid."), sayAll("Now it is."));
    const chat = await chats.openNew();
    await chat.sendMessage({ text: "Who am I?" });
    expect(chat.status).toBe("error");
    expect(chat.error?.message).toContain("That key is not valid.");
    await chat.regenerate();
    expect(texts(chat)).toEqual(["Who am I?", "Now it is."]);
    await chats.expectStored(chat);
  });

  test("regenerates an answer by its id, and edits a message", async () => {
    chats.server.expect(sayAll("One."), sayAll("Two."), sayAll("Uno."), sayAll("Eins."));
    const chat = await chats.openNew();
    await chat.sendMessage({ text: "First" });
    await chat.sendMessage({ text: "Second" });
    await chat.regenerate({ messageId: chat.messages[1]!.id });
    expect(texts(chat)).toEqual(["First", "Uno."]);
    await chats.expectStored(chat);
    await chat.sendMessage({ text: "Erstens", messageId: chat.messages[0]!.id });
    expect(texts(chat)).toEqual(["Erstens", "Eins."]);
    await chats.expectStored(chat);
  });

  test("an attempt whose connection was cut is separate from the answer, or gone with AI SDK 7", async () => {
    chats.server.expect(async (answer) => {
      answer.say("This will");
      await pause();
      await hasSaid(chat, "This will");
      answer.cut();
    }, sayAll("It is whole."));
    const chat = await chats.openNew();
    await chat.sendMessage({ text: "Go on" });
    const answer = chat.messages[1]!;
    expect(answer.parts.filter(({ type }) => type === "text")).toMatchObject([
      ...(isAiSdk7 ? [] : [{ text: "This will", state: "done" }]),
      { text: "It is whole.", state: "done" },
    ]);
    expect(answer.metadata?.superseded ?? false).toBe(!isAiSdk7);
    chat.messages = await chats.stored(chat.id);
    expect(texts(chat)).toEqual(["Go on", "It is whole."]);
  });
});
