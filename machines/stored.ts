import { initialThreadContext } from "./context.js";
import type { Snapshot, ThreadSnapshot, ToolCallSnapshot } from "./snapshot.js";
import { initialToolCallContext } from "./toolCallContext.js";

/** A snapshot as it is stored: without what of its context is as in the beginning. */
export type Stored<S extends Snapshot<unknown, object>> = Omit<S, "context"> & {
  context: Partial<S["context"]>;
};

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

function toStored<S extends Snapshot<unknown, object>>(snapshot: S, initial: S["context"]): Stored<S> {
  const changed = Object.entries(snapshot.context).filter(
    ([name, value]) => !isSame(value, initial[name as keyof typeof initial]),
  );
  return { ...snapshot, context: Object.fromEntries(changed) as Partial<S["context"]> };
}

/** The stored form of a thread's snapshot: a row that is written at each transition is worth being small. */
export const storedThread = (snapshot: ThreadSnapshot): Stored<ThreadSnapshot> =>
  toStored(snapshot, initialThreadContext);

/** A thread's whole snapshot. */
export const threadSnapshot = ({ context, ...stored }: Stored<ThreadSnapshot>): ThreadSnapshot => ({
  ...stored,
  context: { ...initialThreadContext, ...context },
});

/** The stored form of a tool call's snapshot. */
export const storedToolCall = (snapshot: ToolCallSnapshot): Stored<ToolCallSnapshot> =>
  toStored(snapshot, initialToolCallContext);

/** A tool call's whole snapshot. */
export const toolCallSnapshot = ({ context, ...stored }: Stored<ToolCallSnapshot>): ToolCallSnapshot => ({
  ...stored,
  context: { ...initialToolCallContext, ...context },
});
