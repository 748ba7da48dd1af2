import { randomBytes } from "node:crypto";
import { makeFunctionReference, type UserIdentity } from "convex/server";
import { convexToJson, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { type Convex, findFunction, isConvexError } from "./convex.js";
import type { Reads, Recording } from "./reads.js";
import type { Answer, Store } from "./store.js";

/** A function call as it comes over the wire. */
export interface Call {
  path: string;
  args: JSONValue;
}

/** What a call came to, as it goes over the wire. */
export type Outcome =
  { success: true; value: JSONValue } | { success: false; errorMessage: string; errorData?: JSONValue };

/** Who calls; null when nobody is logged in. */
export type Caller = Partial<UserIdentity> | null;

/** A query that is to be run, with room for what running it leaves behind. */
export interface Watched extends Call, Recording {
  outcome?: Outcome;
}

type FunctionType = "query" | "mutation" | "action";
const TYPES = { query: "isQuery", mutation: "isMutation", action: "isAction" } as const;

const COMMAND = "Did you forget to run `npx convex dev` or `npx convex deploy`?";

/** An error in the form in which a deployment sends it: a production deployment leaves out all but its data. */
function failure(path: string, error: unknown, isRedacted: boolean): Outcome {
  const sent = `[Request ID: ${randomBytes(8).toString("hex")}] Server Error`;
  const errorMessage = isRedacted ? sent : `${sent}\nUncaught ${stackOf(error)}`;
  if (isConvexError(error)) return { success: false, errorMessage, errorData: convexToJson(error.data) };
  console.error(`${path} failed:`, error);
  return { success: false, errorMessage };
}

const stackOf = (error: unknown): string => (error instanceof Error && error.stack) || String(error);

/** Calls from clients: only to public functions of the app, with the answer in the form of the wire. */
export class Functions {
  constructor(
    private readonly convex: Convex,
    private readonly store: Store,
    private readonly reads: Reads,
    private readonly redactErrors: boolean,
  ) {}

  /** Runs queries at one timestamp, which it answers; outcomes and recordings are complete when the transaction ends. */
  async queries(caller: Caller, queries: Watched[]): Promise<bigint> {
    const { transactionManager } = this.convex.internals;
    let ts = 0n;
    await this.#as(caller).query(async (ctx) => {
      ts = transactionManager._lastCommitTs;
      const usage = transactionManager.getMetricsTracker()!._current().metrics;
      for (const query of queries) {
        query.tables = new Set();
        query.outcome = await this.#outcome("query", query, (path, args) =>
          this.reads.record(query, () => ctx.runQuery(makeFunctionReference<"query">(path), args)),
        );
        // To Convex these are transactions of their own, each with its own limits.
        for (const key of Object.keys(usage)) usage[key] = 0;
      }
      return null;
    });
    return ts;
  }

  /** Runs a mutation, once for each `key`; the timestamp is that of the commit, if there was one. */
  async mutation(caller: Caller, call: Call, key?: string): Promise<{ outcome: Outcome; ts: bigint }> {
    let answer: Answer = { key, result: null, ts: 0n };
    const outcome = await this.#outcome("mutation", call, async (path, args) => {
      // Within a transaction of our own, the answer is part of what is committed.
      await this.#as(caller).mutation(async (ctx) => {
        const earlier = key === undefined ? undefined : this.store.recall(key);
        if (earlier !== undefined) {
          answer = earlier;
        } else {
          answer.result = convexToJson(
            (await ctx.runMutation(makeFunctionReference<"mutation">(path), args)) as Value,
          );
          this.store.answerWithCommit(answer);
        }
        return null;
      });
      return jsonToConvex(answer.result);
    });
    return { outcome, ts: answer.ts };
  }

  action(caller: Caller, call: Call): Promise<Outcome> {
    return this.#outcome("action", call, (udfPath, args) =>
      this.#as(caller).actionFromPath({ componentPath: "", udfPath }, args),
    );
  }

  #as(caller: Caller) {
    return caller === null ? this.convex.run : this.convex.run.withIdentity(caller);
  }

  async #outcome(
    type: FunctionType,
    { path, args }: Call,
    run: (path: string, args: Record<string, Value>) => Promise<Value>,
  ): Promise<Outcome> {
    try {
      const udfPath = await this.#publicFunction(type, path);
      const argsObject = jsonToConvex(Array.isArray(args) ? (args[0] ?? {}) : args) as Record<string, Value>;
      return { success: true, value: convexToJson(await run(udfPath, argsObject)) };
    } catch (error) {
      return failure(path, error, this.redactErrors);
    }
  }

  async #publicFunction(type: FunctionType, path: string): Promise<string> {
    const udfPath = path.replace(/\.js(?=:|$)/, "");
    const found = await findFunction(this.convex, { componentPath: "", udfPath });
    if (found?.isPublic !== true)
      throw new Error(`Could not find public function for '${udfPath}'. ${COMMAND}`);
    if (found[TYPES[type]] !== true)
      throw new Error(`Trying to execute ${udfPath} as a ${type}, which it is not.`);
    return udfPath;
  }
}
