import { appendFileSync } from "node:fs";
import type { LanguageModelV3Prompt } from "@ai-sdk/provider";
import { anyApi, componentsGeneric, internalActionGeneric, type ApiFromModules } from "convex/server";
import { v } from "convex/values";
import {
  createActionTool,
  defineAgentApi,
  streamHandlerAction,
  type ComponentApi,
} from "convex-durable-agents";
import { z } from "zod";
import { calls, ends, says, setScript, testModel } from "../support/app/model.js";

/** The agent that is killed: each of its tool runs leaves a line in a file, which no crash takes back. */
const component = componentsGeneric().durableAgents as unknown as ComponentApi;

/** Appended to in one write, so that a line is there or is not. */
const note = (line: string) => appendFileSync(process.env.KILLS_EFFECTS!, `${line}\n`);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.random() * ms));

/** A tool that has its effect at some moment of its run. */
const effect = internalActionGeneric({
  args: { key: v.string(), nonce: v.string() },
  handler: async (_ctx, { key, nonce }) => {
    await pause(400);
    note(`effect ${nonce}`);
    await pause(400);
    return { recorded: key };
  },
});
export const record = effect;

const internal = anyApi as unknown as ApiFromModules<{ agent: { record: typeof effect } }>;
const args = z.object({ key: z.string(), nonce: z.string() });
const handlerOfTool = internal.agent.record;

/** Every other action carries its turn on; the others leave each step and each tool to an action of its own. */
let actions = 0;

export const handler = streamHandlerAction(component, () => ({
  model: testModel,
  slice: actions++ % 2 === 0 ? 15_000 : 0,
  saveStreamDeltas: { throttleMs: 50 },
  tools: {
    record: createActionTool({ description: "Record", args, handler: handlerOfTool }),
    record_again: createActionTool({
      ...{ description: "Record, also after a crash", args, handler: handlerOfTool },
      retry: { maxAttempts: 100, onCrash: true },
    }),
  },
}));

export const { createThread, sendMessage, getThread, listMessages, listMessagesWithStreams } = defineAgentApi(
  component,
  anyApi.agent!.handler as never,
  // More attempts than there are kills: no turn fails because of them.
  { limits: { maxAttempts: 1_000 } },
);

const ANSWER = "Answer to";

/** The messages that wait for an answer. */
function unanswered(prompt: LanguageModelV3Prompt): string[] {
  const texts = prompt.flatMap(({ role, content }) =>
    typeof content === "string"
      ? []
      : content.flatMap((part) => (part.type === "text" ? [{ role, text: part.text }] : [])),
  );
  const answered = texts.findLastIndex(({ role, text }) => role === "assistant" && text.startsWith(ANSWER));
  return texts.slice(answered + 1).flatMap(({ role, text }) => (role === "user" ? [text] : []));
}

/** First two tools for each message that waits, then one answer to all of them. Each attempt's calls are its own. */
setScript((prompt) => {
  const keys = unanswered(prompt);
  note(`model ${keys.join(" ")}`);
  if (prompt.at(-1)!.role === "tool") return [...says(`${ANSWER} ${keys.join(" ")}`, 30), ...ends()];
  const call = (tool: string, key: string) => {
    const nonce = crypto.randomUUID();
    return calls(tool, { key, nonce }, nonce);
  };
  const asked = keys.flatMap((key) => [...call("record", key), ...call("record_again", key)]);
  return [...says("Let me look that up.", 30), ...asked, ...ends("tool-calls")];
});
