import type { GenericMutationCtx } from "convex/server";
import type { DataModel, Doc, Id } from "../../../component/_generated/dataModel.js";
import type { Transition } from "../../../component/validators/insight.js";
import { toTransition } from "../../../component/model/transitions.js";
import type { Job } from "../../../component/validators/thread.js";
import {
  restoreThread,
  restoreToolCall,
  type ThreadSnapshot,
  type ToolCallSnapshot,
} from "../../../machines/index.js";
import type { EndedTurn } from "../../../machines/thread/effects.js";
import { wholeTokens, type Tokens } from "../../../machines/thread/tokens.js";

export type Ctx = GenericMutationCtx<DataModel>;

/** A scheduled function, as far as the model determines it. */
export interface SeenJob {
  name: string;
  args: unknown;
  delayMs: number;
  state: "pending" | "inProgress" | "success" | "failed" | "canceled";
}

export interface SeenCall {
  toolCallId: string;
  position: number;
  index: number;
  generation: number;
  snapshot: ToolCallSnapshot;
  pending: boolean;
  output: unknown;
  job: SeenJob | null;
  deadline: SeenJob | null;
}

/** All that the component has stored and scheduled for one thread. */
export interface Seen {
  thread: {
    snapshot: ThreadSnapshot;
    status: Doc<"threads">["status"];
    jobs: Partial<Record<keyof Doc<"threads">["jobs"], SeenJob>>;
    isUntidy: boolean;
    /** How many transitions its log has numbered. */
    logged: number;
  } | null;
  /** In the order in which they were scheduled. */
  jobs: SeenJob[];
  calls: SeenCall[];
  streams: { position: number; deltas: number; closed: Doc<"streams">["closed"] }[];
  messages: { role: string; position: number; text: string; partial: boolean }[];
  turns: (EndedTurn & { threadTokens: Tokens; threadCost: number })[];
  transitions: Transition[];
}

const nothing = (): Seen => ({
  ...{ thread: null, jobs: [], calls: [], streams: [], messages: [], turns: [], transitions: [] },
});

/** Which thread a job is about. */
function threadOf({ name, args }: ScheduledRow): string {
  const [given] = args as [{ threadId?: string; call?: { threadId: string } }];
  const threadId = given.threadId ?? given.call?.threadId;
  if (threadId === undefined) throw new Error(`The job ${name} names no thread.`);
  return threadId;
}

interface ScheduledRow {
  _id: Id<"_scheduled_functions">;
  _creationTime: number;
  name: string;
  args: unknown[];
  scheduledTime: number;
  state: { kind: SeenJob["state"] };
}

/**
 * Looks at everything there is, by thread.
 *
 * @param threadIds - threads to report on even if nothing is left of them.
 */
export async function look(ctx: Ctx, threadIds: string[]): Promise<Map<string, Seen>> {
  const found = new Map<string, Seen>(threadIds.map((id) => [id, nothing()]));
  const of = (threadId: string): Seen => {
    if (!found.has(threadId)) found.set(threadId, nothing());
    return found.get(threadId)!;
  };
  const jobs = new Map<string, SeenJob>();
  for (const row of (await ctx.db.system.query("_scheduled_functions").collect()) as ScheduledRow[]) {
    const { name, args, scheduledTime, state, _creationTime } = row;
    const delayMs = scheduledTime - Math.floor(_creationTime);
    const job = { name, args: args[0], delayMs, state: state.kind };
    jobs.set(row._id, job);
    of(threadOf(row)).jobs.push(job);
  }
  const jobOf = (id: Job | undefined) => (typeof id === "string" ? jobs.get(id)! : null);
  for (const row of await ctx.db.query("threads").collect()) {
    const { _id, snapshot, status, jobs: ids, logged = 0, untidy: isUntidy = false } = row;
    const held = Object.entries(ids).map(([key, id]) => [key, jobOf(id)]);
    of(_id).thread = {
      ...{ snapshot: restoreThread(snapshot), status, logged, isUntidy },
      jobs: Object.fromEntries(held) as never,
    };
  }
  // A watchdog that has come back takes the place of the one that a transition armed.
  for (const { threadId, job } of await ctx.db.query("watchdogs").collect())
    of(threadId).thread!.jobs.watchdog = jobs.get(job)!;
  for (const row of await ctx.db.query("toolCalls").collect()) {
    const { toolCallId, position, index, generation, pending = false } = row;
    const snapshot = restoreToolCall(row.snapshot);
    const output: unknown = row.output;
    of(row.threadId).calls.push({
      ...{ toolCallId, position, index, generation, snapshot, pending, output },
      ...{ job: jobOf(row.job), deadline: jobOf(row.deadline?.job) },
    });
  }
  const deltas = await ctx.db.query("deltas").collect();
  const streams = await ctx.db.query("streams").collect();
  for (const { _id, threadId, position, closed } of streams) {
    const count = deltas.filter(({ stream }) => stream === _id).length;
    of(threadId).streams.push({ position, deltas: count, closed });
  }
  if (deltas.some(({ stream }) => !streams.some(({ _id }) => _id === stream)))
    throw new Error("There are deltas without a stream.");
  for (const { threadId, role, position, parts, partial = false } of await ctx.db
    .query("messages")
    .collect()) {
    const text = parts.map((part) => (part as { text?: string }).text ?? "").join("");
    of(threadId).messages.push({ role, position, text, partial });
  }
  for (const { threadId, _id, _creationTime, stopReason = null, error = null, ...turn } of await ctx.db
    .query("turns")
    .collect()) {
    const tokens = wholeTokens(turn.tokens);
    const threadTokens = wholeTokens(turn.threadTokens ?? turn.tokens);
    const { cost = 0, attempts = 1 } = turn;
    const { threadCost = turn.threadTokens ? 0 : cost } = turn;
    of(threadId).turns.push({
      ...turn,
      ...{ tokens, cost, threadTokens, threadCost, stopReason, error, attempts },
    });
  }
  for (const row of await ctx.db.query("transitions").collect())
    of(row.threadId).transitions.push(toTransition(row));
  return found;
}
