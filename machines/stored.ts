import { initialThreadContext } from "./context.js";
import type { Snapshot, ThreadSnapshot, ToolCallSnapshot } from "./snapshot.js";
import { initialToolCallContext } from "./toolCallContext.js";

/** A snapshot as it is stored: without what is as in the beginning, which goes for the first version's number, too. */
export type Stored<S extends Snapshot<unknown, object>> = Omit<S, "version" | "context"> & {
  version?: number;
  context: Partial<S["context"]>;
};

const FIRST_VERSION = 1;

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

function toStored<Value, Context extends object>(
  { version, value, context }: Snapshot<Value, Context>,
  initial: Context,
): Stored<Snapshot<Value, Context>> {
  const changed = Object.entries(context).filter(
    ([name, now]) => !isSame(now, initial[name as keyof typeof initial]),
  );
  return {
    ...(version !== FIRST_VERSION && { version }),
    value,
    context: Object.fromEntries(changed) as Partial<Context>,
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
  context: { ...initialThreadContext, ...context },
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
