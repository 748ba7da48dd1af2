import { cutText, wellFormed } from "./text.js";

/** The longest message of an error, in characters: it is kept with the thread or the call, and models read it. */
export const MAX_MESSAGE_LENGTH = 1_000;

const CONTROL_SEQUENCES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007]*\u0007|[@-_])/g;

/** Where an error was thrown: every line from the first frame of a stack on. */
const STACK = /\n\s+at [^]*$/;

/** What the platform adds in front: that nobody caught it, in which function, and the class of the error. */
const PREFIX = /^(?:\[(?:CONVEX|Request ID)[^\]]*\]\s*|Server Error\s+|(?:Uncaught|Error:)\s+|\w*Error:\s+)+/;

/** The values that a failed validation prints, which may be all arguments of a function. */
const DUMP = /\s*\n\s*(?:Object|Value): [^]*$|\s*(?:Value|Text): [[{"][^]*?\.\nError message: /;

/** A file of whoever wrote the function: a path from the root, of a module, or with a place in a source. */
const PATH =
  /file:\/\/[^\s"'`)]+|(?<![\w:/.@])(?:[A-Za-z]:[\\/]|\/(?:home|Users|root|tmp|var|usr|opt|etc|private|app|srv|mnt|workspace)\/)[^\s"'`),;]+|(?<![\w:/])(?:\.{0,2}\/)?(?:[\w@.-]+\/)*[\w@.-]+\.[cm]?[jt]sx?:\d+(?::\d+)?/g;

/**
 * What an error says, as a model or a client may read it: without stack frames, file paths, control sequences, printed
 * arguments and what the platform adds. It is cut where it is long.
 */
export function plainMessage(error: unknown): string {
  const plain = messageOf(error)
    .replace(CONTROL_SEQUENCES, "")
    .replace(STACK, "")
    .replace(PREFIX, "")
    .replace(DUMP, (found) => (found.endsWith("message: ") ? " " : ""))
    .replace(PATH, "(a file)")
    .trim();
  return cutText(wellFormed(plain) || "It failed without saying why.", MAX_MESSAGE_LENGTH);
}

/** What was thrown says, as it is: providers also stream plain objects and strings as errors. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  if (typeof error === "string") return error;
  const { message } = Object(error) as { message?: unknown };
  if (typeof message === "string") return message;
  try {
    return JSON.stringify(error) ?? String(error);
  } catch {
    return "";
  }
}
