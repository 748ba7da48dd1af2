import { ConvexError } from "convex/values";
import type { DefinitionErrorCode, ErrorCode } from "../errors.js";

/**
 * The codes of errors that have none:
 *
 * - `network`: the connection was lost before the server answered.
 * - `server_error`: the server failed; a production deployment hides why.
 * - `app_error`: the app threw a `ConvexError` without a code, for instance in its `authorizationCallback`.
 * - `unknown`: anything else.
 */
export type ClientErrorCode = "network" | "server_error" | "app_error" | "unknown";

/** An error as a message that a person can read, with a code that a program can act on. */
export interface ErrorDescription {
  /** The `code` of the component's or the app's `ConvexError`, or a {@link ClientErrorCode} for other errors. */
  code: ErrorCode | DefinitionErrorCode | ClientErrorCode | (string & {});
  /** One or two sentences, without Convex's prefixes, request ids, stack frames and file paths. */
  message: string;
}

const CONNECTION_LOST = "The connection was lost before the server answered. Please try again.";
const SERVER_FAILED =
  "Something went wrong on the server. Please try again; if it keeps happening, the deployment's logs say why.";
const APP_REFUSED = "The server refused this.";

/** An error with a message that can be shown. Its `cause` is what was thrown. */
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
 * Describes the error of a call of a Convex function, so that it can be shown: for errors that an app catches itself, such as
 * those of its own `useMutation`. The hooks and the transport describe theirs already.
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

/** Whether a readable error is one of a production deployment, which does not say what has failed. */
export const isRedacted = ({ message }: Error): boolean => message === SERVER_FAILED;

/** Returns an error with a message that can be shown: the same error, if it has one already. */
export function readableError(error: unknown): Error {
  const { code, message } = describeError(error);
  return error instanceof Error && error.message === message
    ? error
    : new ReadableError(code, message, error);
}

/** Describes a ConvexError, which was thrown on purpose, and whose data reaches clients of every deployment. */
function describeData(data: unknown): ErrorDescription {
  if (typeof data === "string") return { code: "app_error", message: data };
  const { code, message } = Object(data) as { code?: unknown; message?: unknown };
  return {
    code: typeof code === "string" ? code : "app_error",
    message: typeof message === "string" ? message : APP_REFUSED,
  };
}

/** Whether the connection was lost. Convex's clients resend queries and mutations by themselves, but not actions. */
const isConnectionLost = (error: unknown, raw: string): boolean =>
  raw.includes("Connection lost while action was in flight") ||
  (error instanceof TypeError && /fetch|network|load failed/i.test(raw));

/** The beginning of the message of an error from the server, over a socket or over HTTP; "" for other errors. */
const SERVER_PREFIX = /^(?:\[(?:CONVEX|Request ID:) [^\]]*\]\s*)*(?:Server Error\b\s*)?/;
const STACK_FRAME = /^\s+at .*$/gm;
const CALLED_BY_CLIENT = /\n\s*Called by client\s*$/;
/** Each nested call adds one. */
const UNCAUGHT = /^(?:Uncaught (?:\w*Error: )?)+/;
/** After the first line come all arguments, and the validator. */
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
