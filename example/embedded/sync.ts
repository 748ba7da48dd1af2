import type { JSONValue } from "convex/values";
import type { WebSocket } from "ws";
import { identityFromToken } from "./auth.js";
import type { Caller, Functions, Watched } from "./functions.js";
import { encodeTs } from "./timestamp.js";

const PING_INTERVAL_MS = 15_000;

type Modification =
  | { type: "Add"; queryId: number; udfPath: string; args: JSONValue; journal?: string | null }
  | { type: "Remove"; queryId: number };

type ModifyQuerySet = {
  type: "ModifyQuerySet";
  baseVersion: number;
  newVersion: number;
  modifications: Modification[];
};

type Authenticate = { type: "Authenticate"; baseVersion: number } & (
  | { tokenType: "None" }
  | { tokenType: "User"; value: string }
  | { tokenType: "Admin"; value: string; impersonating?: Caller }
);

type FunctionRequest = { requestId: number; udfPath: string; args: JSONValue };

type ClientMessage =
  | { type: "Connect"; sessionId: string }
  | ModifyQuerySet
  | Authenticate
  | ({ type: "Mutation" } & FunctionRequest)
  | ({ type: "Action" } & FunctionRequest)
  | { type: "Event" };

interface Subscription extends Watched {
  stale: boolean;
  /** What the client was last told, to send only what changed. */
  sent?: string;
}

function callerOf(message: Authenticate): Caller {
  if (message.tokenType === "User") return identityFromToken(message.value);
  return message.tokenType === "Admin" ? (message.impersonating ?? null) : null;
}

/** One client's connection, speaking the sync protocol: its query set, its identity, and what it has been told. */
export class SyncSession {
  #sessionId: string | undefined;
  #caller: Caller = null;
  #version = { querySet: 0, identity: 0, ts: 0n };
  readonly #subscriptions = new Map<number, Subscription>();
  /** Changes of query set and identity that the next transition is to take up. */
  readonly #inbox: (ModifyQuerySet | Authenticate)[] = [];
  #transitionDue = false;
  #updating = false;
  #mutations = Promise.resolve();
  readonly #ping: NodeJS.Timeout;

  constructor(
    private readonly socket: WebSocket,
    private readonly functions: Functions,
  ) {
    this.#ping = setInterval(() => this.#send({ type: "Ping" }), PING_INTERVAL_MS);
    socket.on("close", () => clearInterval(this.#ping));
    socket.on("message", (data: Buffer) => {
      try {
        this.#receive(JSON.parse(data.toString()) as ClientMessage);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Re-runs the queries that read one of these tables. */
  tablesWritten(tables: Set<string>): void {
    for (const subscription of this.#subscriptions.values()) {
      if (![...subscription.tables].some((table) => tables.has(table))) continue;
      subscription.stale = true;
      this.#transitionDue = true;
    }
    this.#update();
  }

  #receive(message: ClientMessage): void {
    if (this.#sessionId === undefined && message.type !== "Connect")
      throw new Error("Connect must come first.");
    switch (message.type) {
      case "Connect":
        this.#sessionId = message.sessionId;
        break;
      case "Authenticate":
        if (this.#authenticate(message)) this.#takeUp(message);
        break;
      case "ModifyQuerySet":
        this.#takeUp(message);
        break;
      case "Mutation": {
        // A client's mutations run in the order in which it sent them.
        const caller = this.#caller;
        this.#mutations = this.#mutations
          .then(() => this.#mutation(caller, message))
          .catch((e) => this.#fail(e));
        break;
      }
      case "Action":
        this.#action(message).catch((error) => this.#fail(error));
        break;
      case "Event":
        break;
      default:
        throw new Error(`Unknown message: ${JSON.stringify(message)}`);
    }
  }

  async #mutation(caller: Caller, { requestId, udfPath, args }: FunctionRequest): Promise<void> {
    const key = `${this.#sessionId}:${requestId}`;
    const { outcome, ts } = await this.functions.mutation(caller, { path: udfPath, args }, key);
    const response = { type: "MutationResponse", requestId, logLines: [] };
    if (!outcome.success) {
      const { errorMessage, errorData } = outcome;
      this.#send({ ...response, success: false, result: errorMessage, errorData });
      return;
    }
    this.#send({ ...response, success: true, result: outcome.value, ts: encodeTs(ts) });
    // The client settles a mutation at the first transition that follows its response and is not older.
    this.#transitionDue = true;
    this.#update();
  }

  async #action({ requestId, udfPath, args }: FunctionRequest): Promise<void> {
    const outcome = await this.functions.action(this.#caller, { path: udfPath, args });
    const { success } = outcome;
    const result = outcome.success
      ? { result: outcome.value }
      : { result: outcome.errorMessage, errorData: outcome.errorData };
    this.#send({ type: "ActionResponse", requestId, success, ...result, logLines: [] });
  }

  #takeUp(change: ModifyQuerySet | Authenticate): void {
    this.#inbox.push(change);
    this.#transitionDue = true;
    this.#update();
  }

  #update(): void {
    if (this.#updating) return;
    this.#updating = true;
    this.#transitions()
      .catch((error) => this.#fail(error))
      .finally(() => (this.#updating = false));
  }

  async #transitions(): Promise<void> {
    while (this.#transitionDue && this.socket.readyState === this.socket.OPEN) {
      this.#transitionDue = false;
      const next = { ...this.#version };
      const removed = this.#takeInbox(next);
      const stale = [...this.#subscriptions].filter(([, subscription]) => subscription.stale);
      const queries = stale.map(([, subscription]) => subscription);
      for (const subscription of queries) subscription.stale = false;
      next.ts = await this.functions.queries(this.#caller, queries);
      const updated = stale.flatMap(([queryId, subscription]) => changeOf(queryId, subscription));
      this.#send({
        type: "Transition",
        startVersion: { ...this.#version, ts: encodeTs(this.#version.ts) },
        endVersion: { ...next, ts: encodeTs(next.ts) },
        modifications: [...removed, ...updated],
      });
      this.#version = next;
    }
  }

  /** Takes up the changes sent by the client, and answers the removals. */
  #takeInbox(version: { querySet: number; identity: number }): object[] {
    const removed: object[] = [];
    for (const message of this.#inbox.splice(0)) {
      const current = message.type === "Authenticate" ? version.identity : version.querySet;
      if (message.baseVersion !== current) {
        throw new Error(`${message.type} is based on version ${message.baseVersion} instead of ${current}.`);
      }
      if (message.type === "Authenticate") {
        version.identity += 1;
        for (const subscription of this.#subscriptions.values()) subscription.stale = true;
        continue;
      }
      version.querySet = message.newVersion;
      for (const modification of message.modifications) {
        const { queryId } = modification;
        if (modification.type === "Remove") {
          this.#subscriptions.delete(queryId);
          removed.push({ type: "QueryRemoved", queryId });
        } else {
          const { udfPath: path, args, journal = null } = modification;
          this.#subscriptions.set(queryId, { path, args, journal, tables: new Set(), stale: true });
        }
      }
    }
    return removed;
  }

  #authenticate(message: Authenticate): boolean {
    try {
      this.#caller = callerOf(message);
    } catch (error) {
      const { baseVersion } = message;
      this.#send({ type: "AuthError", error: String(error), baseVersion, authUpdateAttempted: true });
      return false;
    }
    return true;
  }

  #send(message: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }

  #fail(error: unknown): void {
    console.error("Sync session failed:", error);
    this.#send({ type: "FatalError", error: String(error) });
    this.socket.close();
  }
}

/** What to tell the client of a query that was run: nothing if it knows already. */
function changeOf(queryId: number, subscription: Subscription): object[] {
  const { outcome, journal } = subscription;
  // Each run of a query that fails has a request id of its own, which is no news.
  const sent = JSON.stringify([outcome, journal]).replace(/\[Request ID: \w+\]/, "");
  if (outcome === undefined || sent === subscription.sent) return [];
  subscription.sent = sent;
  const common = { queryId, logLines: [], journal };
  const { success, ...rest } = outcome;
  return [{ type: success ? "QueryUpdated" : "QueryFailed", ...common, ...rest }];
}
