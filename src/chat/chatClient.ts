import type { ConvexClient } from "convex/browser";
import type { ConvexReactClient } from "convex/react";
import { convexToJson } from "convex/values";
import {
  getFunctionName,
  type FunctionArgs,
  type FunctionReference,
  type FunctionReturnType,
} from "convex/server";

/** What follows queries and calls mutations: the client of a React app, or the one for pages without React. */
export type ChatClient =
  | Pick<ConvexReactClient, "watchQuery" | "query" | "mutation">
  | Pick<ConvexClient, "onUpdate" | "query" | "mutation">;

interface Subscription {
  unsubscribe: () => void;
  /** The answer that is there, or undefined; throws where the query does. */
  read: () => unknown;
}

/** Subscribes to the queries that are asked, for as long as they are asked again after each change. */
export class Subscriptions {
  private held = new Map<string, Subscription>();
  private asked = new Map<string, Subscription>();

  /** @param onChange - called when one of the answers has changed. */
  constructor(
    private readonly client: ChatClient,
    private readonly onChange: () => void,
  ) {}

  /** A query's answer, or undefined as long as it is under way. */
  ask<Query extends FunctionReference<"query">>(
    query: Query,
    args: FunctionArgs<Query>,
  ): FunctionReturnType<Query> | undefined {
    const key = getFunctionName(query) + JSON.stringify(convexToJson(args));
    const subscription = this.asked.get(key) ?? this.held.get(key) ?? this.subscribe(query, args);
    this.asked.set(key, subscription);
    return subscription.read();
  }

  /** Drops the queries that were not asked since the last time. */
  sweep(): void {
    const { held, asked } = this;
    this.held = asked;
    this.asked = new Map();
    for (const [key, { unsubscribe }] of held) if (!this.held.has(key)) unsubscribe();
  }

  /** Drops them all. */
  close(): void {
    for (const { unsubscribe } of new Map([...this.held, ...this.asked]).values()) unsubscribe();
    this.held.clear();
    this.asked.clear();
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
