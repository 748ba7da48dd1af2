/**
 * The example's conversation in a terminal, on an embedded backend of its own:
 *
 *   npm run chat
 *   printf 'weather in Paris\n/kill\n' | npm run chat
 *
 * Piped input waits for the thread to settle before each message, and for the answer to begin before each
 * command that is about a running answer.
 */
import { createInterface } from "node:readline";
import { agentErrorData } from "convex-durable-agents";
import { BackendProcess } from "./backendProcess.js";
import { Conversation } from "./conversation.js";
import { Display } from "./display.js";

const HELP = "/stop, /resume, /kill (kill -9 the backend and restart it), /answer TEXT, /quit";

const interactive = process.stdin.isTTY === true;
const display = new Display((text) => process.stdout.write(text));
const backend = new BackendProcess();
await backend.start();
const conversation = await Conversation.open(backend.url, display);
display.note(`Type a message, for example "weather in Paris and Oslo". Commands: ${HELP}`);

async function obey(line: string): Promise<void> {
  const [command, ...words] = line.split(" ");
  switch (command) {
    case "/stop":
      await answerBegun();
      await conversation.stop();
      return;
    case "/resume":
      await settled();
      await conversation.resume();
      return;
    case "/kill":
      await answerBegun();
      display.note("  ✗ kill -9");
      await backend.kill();
      await backend.start();
      display.note("  ✓ the backend is back");
      return;
    case "/answer": {
      await conversation.until(
        () => conversation.questions.length > 0 || (interactive && conversation.isSettled),
      );
      const [question] = conversation.questions;
      if (question) await conversation.answer(question.toolCallId, words.join(" "));
      else display.note("  Nothing was asked.");
      return;
    }
    default:
      if (command?.startsWith("/")) return display.note(`  Commands: ${HELP}`);
      await settled();
      if (!interactive) display.note(`> ${line}`);
      await conversation.send(line);
  }
}

/** A person may type ahead; piped input means one thing after the other. */
async function settled(): Promise<void> {
  if (!interactive) await conversation.until(() => conversation.isSettled);
}

async function answerBegun(): Promise<void> {
  if (!interactive) await conversation.until(() => conversation.isSpeaking);
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === "/quit") break;
  if (line.trim() === "") continue;
  try {
    await obey(line.trim());
  } catch (error) {
    display.note(`  ${agentErrorData(error)?.message ?? String(error)}`);
  }
}

if (!interactive) {
  await conversation.until(() => conversation.isSettled);
  display.note(`\nThe thread is ${conversation.thread!.status}. Its transcript:`);
  for (const { role, parts } of conversation.messages)
    for (const part of parts) {
      if (part.type === "text") process.stdout.write(`${role}: ${part.text.trimEnd()}\n`);
      if ("toolCallId" in part)
        process.stdout.write(`${part.type} ${JSON.stringify(part.input)} ${part.state}\n`);
    }
  const lookups = await conversation.countLookups();
  process.stdout.write(`The weather tool ran ${lookups} ${lookups === 1 ? "time" : "times"}.\n`);
}
await conversation.close();
await backend.dispose();
