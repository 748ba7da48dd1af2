import { describe, expect, test } from "vitest";
import { api } from "../../example/convex/_generated/api.js";
import { until } from "../embedded/support.js";
import { call, DurableChats, halting, hasSaid, isIdle, sayAll } from "./durableChats.js";

const chats = DurableChats.forThisFile();

describe("the SDK's chat, on a thread whose tools people answer", () => {
  test("a result that the user gives goes to the tool's call, and the answer goes on", async () => {
    chats.server.expect(call("ask_person", { question: "Name?" }), sayAll("Hello Ada."));
    const chat = await chats.openNew();
    await chat.sendMessage({ text: "Hi" });
    expect(chat.status).toBe("ready");
    expect(chat.messages[1]!.parts[1]).toMatchObject({
      state: "input-available",
      input: { question: "Name?" },
    });
    await chat.addToolOutput({ tool: "ask_person", toolCallId: "call_ask_person", output: "Ada" });
    await hasSaid(chat, "Hello Ada.");
    await isIdle(chat);
    expect(chats.server.requests[1]!.body.messages.at(-1)).toMatchObject({ role: "tool" });
    expect(String(chats.server.requests[1]!.body.messages.at(-1)!.content)).toContain("Ada");
    await chats.expectStored(chat);
  });

  test.each([
    [true, "output-available", "Booked."],
    [false, "output-denied", "Then not."],
  ])("a call that needs approval: %s", async (approved, state, answer) => {
    chats.server.expect(call("book_table", { restaurant: "Roma", people: 2 }), sayAll(answer));
    const chat = await chats.openNew();
    await chat.sendMessage({ text: "Book" });
    const asked = chat.messages[1]!.parts[1]!;
    expect(asked).toMatchObject({ state: "approval-requested", approval: { id: "call_book_table" } });
    // The page is opened anew before the user answers.
    const page = await chats.open(chat.id);
    await page.resumeStream();
    expect(page.status).toBe("ready");
    await page.addToolApprovalResponse({ id: "call_book_table", approved, reason: "As I said" });
    await hasSaid(page, answer);
    await isIdle(page);
    expect(page.messages).toHaveLength(2);
    expect(page.messages[1]!.parts[1]).toMatchObject({ state });
    await chats.expectStored(page);
  });

  test("what was answered elsewhere is not sent again, and no answer is requested over and over", async () => {
    chats.server.expect(call("ask_person", { question: "Name?" }), halting("Hello").reply);
    const chat = await chats.openNew();
    await chat.sendMessage({ text: "Hi" });
    await chats.client.mutation(api.chat.addToolResult, {
      toolCallId: "call_ask_person",
      threadId: chat.id,
      result: "Ada",
    });
    await until(
      () => chats.server.requests.length,
      (count) => count === 2,
    );
    await chats.client.mutation(api.chat.stopThread, { threadId: chat.id });
    await chat.addToolOutput({ tool: "ask_person", toolCallId: "call_ask_person", output: "Bob" });
    await isIdle(chat);
    expect(chat.error).toBeUndefined();
    expect((await chats.threadOf(chat))?.status).toBe("stopped");
  });
});
