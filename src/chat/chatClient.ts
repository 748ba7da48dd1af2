import type { ConvexClient } from "convex/browser";
import type { ConvexReactClient } from "convex/react";
import { convexToJson } from "convex/values";
import {
  getFunctionName,
  type FunctionArgs,
  type FunctionReference,
  type FunctionReturnType,
} from "convex/server";

/** A client that follows queries and calls mutations: a `ConvexReactClient`, or a `ConvexClient` for pages without React. */
export type ChatClient =
  | Pick<ConvexReactClient, "watchQuery" | "query" | "mutation">
  | Pick<ConvexClient, "onUpdate" | "query" | "mutation">;

interface Subscription {
  unsubscribe: () => void;
  /** Returns the current result, or undefined while there is none. Throws the query's error. */
  read: () => unknown;
}

/** Keeps subscriptions to the queries that are read, as long as each is read again between two calls of `dropUnread`. */
export class Subscriptions {
  private kept = new Map<string, Subscription>();
  private readonly read = new Map<string, Subscription>();

  /** @param onChange - called when one of the results has changed. */
  constructor(
    private readonly client: ChatClient,
    private readonly onChange: () => void,
  ) {}

  /** Returns a query's current result, or undefined while there is none. Throws the query's error. */
  result<Query extends FunctionReference<"query">>(
    query: Query,
    args: FunctionArgs<Query>,
  ): FunctionReturnType<Query> | undefined {
    const key = getFunctionName(query) + JSON.stringify(convexToJson(args));
    const subscription = this.read.get(key) ?? this.kept.get(key) ?? this.subscribe(query, args);
    this.read.set(key, subscription);
    return subscription.read();
  }

  /** Ends the subscriptions that were not read since the last call. */
  dropUnread(): void {
    for (const [key, { unsubscribe }] of this.kept) if (!this.read.has(key)) unsubscribe();
    this.kept = new Map(this.read);
    this.read.clear();
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const { unsubscribe } of new Map([...this.kept, ...this.read]).values()) unsubscribe();
    this.kept.clear();
    this.read.clear();
  }

  private subscribe<Query extends FunctionReference<"query">>(
    query: Query,
    args: FunctionArgs<Query>,
  ): Subscription {
    const { client, onChange } = this;
    if ("watchQuery" in client) {
      const watch = client.watchQuery(query, args);
      return { unsubscribe: watch.onUpdate(onChange), read: () => watch.localQueryResult() };
    }
    const update = client.onUpdate(query, args, onChange, onChange);
    return { unsubscribe: update, read: () => update.getCurrentValue() };
  }
}
