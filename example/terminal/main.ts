/**
 * The example's conversation in a terminal, on an embedded backend of its own:
 *
 *   npm run chat
 *   printf 'weather in Paris\n/kill\n' | npm run chat
 *
 * Piped lines are taken one after the other: a message waits until the thread is at rest, and a command that is about a
 * running answer until that has begun. At the end of the input the rest of the answer is waited for, unless it waits for a
 * person, and the transcript is printed.
 */
import { createInterface } from "node:readline";
import { describeError } from "convex-durable-agents/chat";
import { BackendProcess } from "./backendProcess.js";
import { obey, showHelp, type Session } from "./commands.js";
import { Conversation } from "./conversation.js";
import { Display } from "./display.js";
import { PlainScreen, PromptScreen } from "./screen.js";

const { stdin, stdout, env } = process;
const isPiped = !stdin.isTTY;
const isColored = env.FORCE_COLOR !== undefined || (stdout.isTTY && env.NO_COLOR === undefined);
const hasPrompt = !isPiped && stdout.isTTY && env.TERM !== "dumb";

const lines = createInterface({ input: stdin, ...(hasPrompt && { output: stdout, prompt: "> " }) });
const screen = hasPrompt ? new PromptScreen(lines, stdout, isColored) : new PlainScreen(stdout, isColored);
const display = new Display(screen);
const backend = new BackendProcess((complaint) => display.note(complaint));

async function talk(): Promise<void> {
  const entered = lines[Symbol.asyncIterator]();
  await backend.start();
  const conversation = await Conversation.open(backend.url, display);
  const session: Session = { conversation, display, backend, isPiped };
  display.note('Type a message, for example "weather in Paris and Oslo", or a command:');
  showHelp(display);
  for await (const line of entered) {
    if (line.trim() === "/quit") break;
    if (line.trim() === "") continue;
    await obey(session, line.trim()).catch((error: unknown) =>
      display.say(`  ${describeError(error).message}`),
    );
  }
  lines.close();
  if (isPiped) await report(conversation);
  await conversation.close();
}

/** Prints what became of the thread, as far as it comes without a person. */
async function report(conversation: Conversation): Promise<void> {
  await conversation.until(() => conversation.isAtRest);
  if (conversation.waitsForPerson) display.say("  The input is over, and the agent waits for a person.");
  display.note(`\nThe thread is ${conversation.thread!.status}. Its transcript:`);
  for (const { role, parts } of conversation.messages)
    for (const part of parts) {
      if (part.type === "text") display.say(`${role}: ${part.text.trimEnd()}`);
      if ("toolCallId" in part) display.say(`${part.type} ${JSON.stringify(part.input)} ${part.state}`);
    }
  const lookups = await conversation.countLookups();
  display.say(`The weather tool ran ${lookups} ${lookups === 1 ? "time" : "times"}.`);
}

try {
  await Promise.race([talk(), backend.isLost]);
} catch (error) {
  lines.close();
  display.say(describeError(error).message);
  process.exitCode = 1;
}
await backend.dispose();
process.exit();
