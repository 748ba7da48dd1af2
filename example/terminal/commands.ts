import type { BackendProcess } from "./backendProcess.js";
import type { Conversation } from "./conversation.js";
import type { Display } from "./display.js";
import { linesOf } from "./explanation.js";

/** What a line that is entered acts on. */
export interface Session {
  conversation: Conversation;
  display: Display;
  backend: BackendProcess;
  /** Nobody is there: lines are piped, and each waits for its moment. */
  isPiped: boolean;
}

interface Command {
  /** What follows its name. */
  takes?: string;
  help: string;
  /** When a piped one is due, if that is before nothing more comes by itself. */
  isDue?: (conversation: Conversation) => boolean;
  run: (session: Session, text: string) => Promise<unknown> | void;
}

const isSpeaking = (conversation: Conversation) => conversation.isSpeaking;
const needsApproval = (conversation: Conversation) => conversation.approvals.length > 0;
const NOTHING_TO_APPROVE = "  Nothing needs your approval.";

const COMMANDS: Record<string, Command> = {
  "/answer": {
    takes: "TEXT",
    help: "answers the oldest question of the agent",
    isDue: ({ questions }) => questions.length > 0,
    run: ({ conversation, display }, text) => {
      const [question] = conversation.questions;
      if (!question) return display.say("  Nothing is asked.");
      if (text === "") return display.say("  The answer is missing: /answer TEXT");
      return conversation.answer(question, text);
    },
  },
  "/approve": {
    help: "lets the oldest tool call run that needs your approval",
    isDue: needsApproval,
    run: ({ conversation, display }) => {
      const [call] = conversation.approvals;
      return call ? conversation.approve(call) : display.say(NOTHING_TO_APPROVE);
    },
  },
  "/deny": {
    takes: "REASON",
    help: "keeps it from running, and tells the agent why",
    isDue: needsApproval,
    run: ({ conversation, display }, text) => {
      const [call] = conversation.approvals;
      return call ? conversation.deny(call, text || "The person said no.") : display.say(NOTHING_TO_APPROVE);
    },
  },
  "/stop": {
    help: "stops the running turn",
    isDue: isSpeaking,
    run: ({ conversation }) => conversation.stop(),
  },
  "/resume": {
    help: "runs a thread again that was stopped or has failed",
    run: ({ conversation }) => conversation.resume(),
  },
  "/explain": {
    help: "says where the thread is, what it waits for, and how it came there",
    run: async ({ conversation, display }) => {
      const explanation = await conversation.explain();
      for (const line of explanation ? linesOf(explanation) : []) display.say(`  ${line}`);
    },
  },
  "/kill": {
    help: "kills the backend with -9, and starts it again",
    isDue: isSpeaking,
    run: async ({ backend, display }) => {
      display.note("  ✗ kill -9");
      await backend.kill();
      await backend.start();
      display.note("  ✓ the backend is back");
    },
  },
  "/help": { help: "shows this", run: ({ display }) => showHelp(display) },
  "/quit": { help: "ends the chat, as the end of the input does", run: () => {} },
};

/** Does what a line says: a command, or a message to the agent. */
export async function obey(session: Session, line: string): Promise<void> {
  const { conversation, display, isPiped } = session;
  const [name = "", ...words] = line.split(" ");
  const command = COMMANDS[name];
  if (isPiped) {
    await conversation.until(() => conversation.isAtRest || command?.isDue?.(conversation) === true);
    display.note(`> ${line}`);
  }
  if (command) {
    await command.run(session, words.join(" ").trim());
  } else if (line.startsWith("/")) {
    display.say(`  There is no command ${name}.`);
    showHelp(display);
  } else {
    if (conversation.isRunning) display.note("  (queued: answered when this turn is over)");
    await conversation.send(line);
  }
}

/** Prints what can be entered. */
export function showHelp(display: Display): void {
  for (const [name, { takes = "", help }] of Object.entries(COMMANDS))
    display.note(`  ${`${name} ${takes}`.padEnd(14)} ${help}`);
}
