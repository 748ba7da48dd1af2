import { ConvexError } from "convex/values";
import type { DefinitionErrorCode, ErrorCode } from "../errors.js";

/**
 * The codes of failures that bring none:
 *
 * - `network`: the connection was lost before the server answered.
 * - `server_error`: the server failed; a production deployment does not say why.
 * - `app_error`: the app threw a `ConvexError` without a code, for instance in its `authorizationCallback`.
 * - `unknown`: anything else.
 */
export type ClientErrorCode = "network" | "server_error" | "app_error" | "unknown";

/** A failure in words that a person can read, with a code that a program can act on. */
export interface ErrorDescription {
  /** The `code` of the component's or the app's `ConvexError`, or one of our own for other failures. */
  code: ErrorCode | DefinitionErrorCode | ClientErrorCode | (string & {});
  /** One or two sentences, without Convex's prefixes, request ids, stack frames and file paths. */
  message: string;
}

const CONNECTION_LOST = "The connection was lost before the server answered. Please try again.";
const SERVER_FAILED =
  "Something went wrong on the server. Please try again; if it keeps happening, the deployment's logs say why.";
const APP_REFUSED = "The server refused this.";

/** An error whose message is for people. Its `cause` is what was thrown. */
class ReadableError extends Error {
  override readonly name = "ReadableError";
  constructor(
    readonly code: ErrorDescription["code"],
    message: string,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * Describes what a call of a Convex function has failed with: for errors that an app catches itself, such as those of
 * its own `useMutation`. The hooks and the transport describe theirs already.
 *
 * @example
 * createThread({ prompt }).catch((error) => setNotice(describeError(error).message));
 */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof ReadableError) return { code: error.code, message: error.message };
  if (error instanceof ConvexError) return describeData(error.data);
  const raw = error instanceof Error ? error.message : String(error);
  if (isConnectionLost(error, raw)) return { code: "network", message: CONNECTION_LOST };
  const message = withoutDecoration(raw);
  if (SERVER_PREFIX.exec(raw)![0] !== "") return { code: "server_error", message: message || SERVER_FAILED };
  return { code: "unknown", message: message || "Something went wrong. Please try again." };
}

/** The same as an error to throw or to hand on; one whose message is readable already stays as it is. */
export function readableError(error: unknown): Error {
  const { code, message } = describeError(error);
  return error instanceof Error && error.message === message
    ? error
    : new ReadableError(code, message, error);
}

/** A ConvexError was thrown on purpose, and its data reaches clients of every deployment. */
function describeData(data: unknown): ErrorDescription {
  if (typeof data === "string") return { code: "app_error", message: data };
  const { code, message } = Object(data) as { code?: unknown; message?: unknown };
  return {
    code: typeof code === "string" ? code : "app_error",
    message: typeof message === "string" ? message : APP_REFUSED,
  };
}

/** Convex's clients resend queries and mutations by themselves, but not actions. */
const isConnectionLost = (error: unknown, raw: string): boolean =>
  raw.includes("Connection lost while action was in flight") ||
  (error instanceof TypeError && /fetch|network|load failed/i.test(raw));

/** How the message of an error begins that the server has sent, over a socket or over HTTP; else it matches "". */
const SERVER_PREFIX = /^(?:\[(?:CONVEX|Request ID:) [^\]]*\]\s*)*(?:Server Error\b\s*)?/;
const STACK_FRAME = /^\s+at .*$/gm;
const CALLED_BY_CLIENT = /\n\s*Called by client\s*$/;
/** Each call of a component's function adds one. */
const UNCAUGHT = /^(?:Uncaught (?:\w*Error: )?)+/;
/** After the sentence come the arguments in full, and the validator. */
const VALIDATION = /^(\w+ValidationError: .*)[^]*$/;

const withoutDecoration = (raw: string): string =>
  raw
    .replace(CALLED_BY_CLIENT, "")
    .replace(SERVER_PREFIX, "")
    .replace(STACK_FRAME, "")
    .trim()
    .replace(UNCAUGHT, "")
    .replace(VALIDATION, "$1")
    .trim();
