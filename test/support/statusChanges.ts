import type { StatusChange, Transition } from "convex-durable-agents";
import type { DataModelFromSchemaDefinition, GenericDatabaseReader } from "convex/server";
import type { schema } from "./app/statusChanges.js";
import { api, type App } from "./harness.js";

/** A thread's log, oldest first, as far as it is one page. */
export const logOf = async ({ query }: App, threadId: string): Promise<Transition[]> =>
  (await query(api.listTransitions, { threadId, limit: 500 })).transitions.toReversed();

/** The changes of a thread's status that the app has received, in order. */
export const statusChangesOf = async ({ t }: App, threadId: string): Promise<StatusChange[]> => {
  const changes = await t.run((ctx) =>
    (ctx.db as GenericDatabaseReader<DataModelFromSchemaDefinition<typeof schema>>)
      .query("statusChanges")
      .collect(),
  );
  return changes
    .map(({ _id, _creationTime, ...change }) => change)
    .filter((change) => change.threadId === threadId);
};

/** Whether each step begins where the one before it ended, the first one at the beginning. */
export const isChain = (steps: { from: string; to: string }[], beginning: string): boolean =>
  steps.every(({ from }, index) => from === (index === 0 ? beginning : steps[index - 1]!.to));
