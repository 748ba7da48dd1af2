import { AsyncLocalStorage } from "node:async_hooks";
import type { FunctionReference } from "convex/server";
import { convexToJson, type Value } from "convex/values";

type Query = FunctionReference<"query">;

/** Runs a query of a deployment. */
export type RunQuery = (query: Query, args: Record<string, Value>) => Promise<unknown>;

/** Subscribes to a query, and gives back its present answer. */
type Ask = <T>(name: string, query: Query, args: Record<string, Value>) => Promise<T>;

/** Looks at all that a client is subscribed to, and moves its subscriptions on by what it finds. */
export type Reader = (ask: Ask) => Promise<void>;

/** How convex-test writes a document's id. */
const ID = /"(0\d+[a-zA-Z_]+)"/g;

interface Follower {
  /** The thread's id, and those of what belongs to it. */
  ids: Set<string>;
  reader: Reader;
  /** The last answer to each subscription. */
  answers: Map<string, string>;
}

/** Clients that follow threads: counts the bytes of the answers that a commit changes, as JSON. */
export class Audience {
  private readonly followers: Follower[] = [];
  private readonly touched = new Set<Follower>();
  private readonly reading = new AsyncLocalStorage<boolean>();
  /** Out of the function after whose commit the clients look. */
  private readonly outside = AsyncLocalStorage.snapshot();
  private failure: Error | null = null;
  private received: Record<string, number> = {};
  private awaited = "";
  private firstSeen: number | null = null;
  private lastSeen = 0;

  constructor(private readonly runQuery: RunQuery) {}

  /** Whether the running call is a client's. */
  readonly isReading = (): boolean => this.reading.getStore() === true;

  /** Lets a client follow a thread from now on. */
  async follow(threadId: string, reader: Reader): Promise<void> {
    const follower = { ids: new Set([threadId]), reader, answers: new Map<string, string>() };
    await this.look(follower);
    this.followers.push(follower);
  }

  /**
   * Forgets what was received until now.
   *
   * @param awaited - the text whose first appearance `times` tells.
   */
  reset(awaited: string): void {
    this.received = {};
    this.awaited = awaited;
    this.firstSeen = null;
  }

  /** When a client first saw the awaited text, and when one last saw anything new; milliseconds of the clock. */
  times(): { firstSeen: number | null; lastSeen: number } {
    return { firstSeen: this.firstSeen, lastSeen: this.lastSeen };
  }

  /** The bytes that clients received, by the subscription's name. */
  bySubscription(): Record<string, number> {
    return { ...this.received };
  }

  get bytes(): number {
    return Object.values(this.received).reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Notes whom a mutation may concern: it names their thread, or what was named together with their thread before. */
  readonly touch = (...named: unknown[]): void => {
    const ids = [...JSON.stringify(named).matchAll(ID)].map(([, id]) => id!);
    for (const follower of this.followers) {
      if (!ids.some((id) => follower.ids.has(id))) continue;
      for (const id of ids) follower.ids.add(id);
      this.touched.add(follower);
    }
  };

  /** Has those look whom a commit may concern. */
  readonly lookAgain = async (): Promise<void> => {
    const followers = [...this.touched];
    this.touched.clear();
    try {
      for (const follower of followers) await this.look(follower);
    } catch (error) {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
    }
  };

  /** Makes sure that no client was left behind, and that none failed. */
  async check(): Promise<void> {
    const { bytes } = this;
    for (const follower of this.followers) await this.look(follower);
    if (this.failure) throw this.failure;
    if (this.bytes !== bytes)
      throw new Error("A commit changed what a client sees without naming its thread.");
  }

  private look({ reader, answers }: Follower): Promise<void> {
    const ask = async (name: string, query: Query, args: Record<string, Value>) => {
      const answer = await this.runQuery(query, args);
      const key = `${name} ${JSON.stringify(args)}`;
      const json = JSON.stringify(convexToJson(answer as Value));
      if (answers.get(key) !== json) this.receive(name, json);
      answers.set(key, json);
      return answer;
    };
    return this.outside(() => this.reading.run(true, () => reader(ask as Ask)));
  }

  private receive(name: string, json: string): void {
    this.received[name] = (this.received[name] ?? 0) + json.length;
    this.lastSeen = Date.now();
    if (json.includes(this.awaited)) this.firstSeen ??= this.lastSeen;
  }
}
