import { expect, test } from "vitest";
import { api, internal } from "../apps/human-in-the-loop/convex/_generated/api.js";
import { calls, says } from "../apps/testing/test/script.js";
import { start } from "./start.js";

const modules = import.meta.glob("../apps/human-in-the-loop/convex/**/*.ts");

async function ask(...answers: ReturnType<typeof says>[]) {
  const app = start(modules, answers);
  const ann = app.t.withIdentity({ subject: "ann" });
  const threadId = await ann.mutation(api.chat.createThread, { prompt: "Please" });
  await app.settle();
  const parts = async () => {
    const { messages = [] } = await ann.query(api.chat.listMessagesWithStreams, { threadId });
    return messages.flatMap((message) => message.parts);
  };
  return { ...app, ann, threadId, parts };
}

const refunds = (amount: number) => calls("issue_refund", { orderId: "7", amount });

test("a large refund waits for a person, who approves another amount", async () => {
  const { ann, threadId, parts, settle } = await ask(refunds(80), says("Done."));
  expect(await parts()).toContainEqual(expect.objectContaining({ state: "approval-requested" }));
  const args = { orderId: "7", amount: 60 };
  await ann.mutation(api.chat.approveToolCall, { threadId, toolCallId: "call-issue_refund", args });
  await settle();
  const output = "Refunded 60 dollars for the order 7.";
  expect(await parts()).toContainEqual(expect.objectContaining({ state: "output-available", output }));
});

test("a small refund needs nobody", async () => {
  const { parts } = await ask(refunds(20), says("Done."));
  expect(await parts()).toContainEqual(expect.objectContaining({ state: "output-available" }));
});

const asks = calls("ask_customer", { question: "Which size?" });

test("the customer answers a question", async () => {
  const { ann, threadId, parts, settle } = await ask(asks, says("Thanks."));
  await ann.mutation(api.chat.addToolResult, { threadId, toolCallId: "call-ask_customer", result: "Large" });
  await settle();
  expect(await parts()).toContainEqual(
    expect.objectContaining({ type: "tool-ask_customer", output: "Large" }),
  );
});

test("a question that nobody answers ends in time, which can be moved", async () => {
  const { t, threadId, parts, settle } = await ask(asks, says("Never mind."));
  const HOUR_MS = 3_600_000;
  await settle(0.9 * HOUR_MS);
  await t.mutation(internal.chat.giveMoreTime, { threadId, toolCallId: "call-ask_customer" });
  await settle(0.9 * HOUR_MS);
  expect(await parts()).toContainEqual(expect.objectContaining({ state: "input-available" }));
  await settle(HOUR_MS);
  expect(await parts()).toContainEqual(expect.objectContaining({ state: "output-error" }));
});
