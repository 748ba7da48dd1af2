import { initialThreadContext } from "./context.js";
import type { Snapshot, ThreadSnapshot, ToolCallSnapshot } from "./snapshot.js";
import { NO_TOKENS, type Tokens } from "./tokens.js";
import { initialToolCallContext } from "./toolCallContext.js";

/** A snapshot as it is stored: without what is as in the beginning, which goes for the first version's number, too. */
export type Stored<S extends Snapshot<unknown, object>> = Omit<S, "version" | "context"> & {
  version?: number;
  context: StoredContext<S["context"]>;
};

type StoredContext<Context> = {
  [Name in keyof Context]?: Context[Name] extends Tokens ? Partial<Tokens> : Context[Name];
};

const FIRST_VERSION = 1;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** What of an object is not as in the beginning. */
function changed(now: object, initial: object): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(now) as [string, unknown][]) {
    const before = initial[name as keyof typeof initial] as unknown;
    if (value === before) continue;
    const stored = isObject(value) && isObject(before) ? changed(value, before) : value;
    if (!isObject(stored) || Object.keys(stored).length > 0) kept[name] = stored;
  }
  return kept;
}

function toStored<Value, Context extends object>(
  { version, value, context }: Snapshot<Value, Context>,
  initial: Context,
): Stored<Snapshot<Value, Context>> {
  return {
    ...(version !== FIRST_VERSION && { version }),
    value,
    context: changed(context, initial) as StoredContext<Context>,
  };
}

/** The stored form of a thread's snapshot: a row that is written at each transition is worth being small. */
export const storedThread = (snapshot: ThreadSnapshot): Stored<ThreadSnapshot> =>
  toStored(snapshot, initialThreadContext);

/** A thread's whole snapshot. */
export const threadSnapshot = ({
  version = FIRST_VERSION,
  value,
  context,
}: Stored<ThreadSnapshot>): ThreadSnapshot => ({
  version,
  value,
  context: { ...initialThreadContext, ...context, tokens: { ...NO_TOKENS, ...context.tokens } },
});

/** The stored form of a tool call's snapshot. */
export const storedToolCall = (snapshot: ToolCallSnapshot): Stored<ToolCallSnapshot> =>
  toStored(snapshot, initialToolCallContext);

/** A tool call's whole snapshot. */
export const toolCallSnapshot = ({
  version = FIRST_VERSION,
  value,
  context,
}: Stored<ToolCallSnapshot>): ToolCallSnapshot => ({
  version,
  value,
  context: { ...initialToolCallContext, ...context },
});
