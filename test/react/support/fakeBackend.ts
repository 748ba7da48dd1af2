import type { ConvexReactClient } from "convex/react";
import type { OptimisticLocalStore } from "convex/browser";
import { getFunctionName, type FunctionReference } from "convex/server";
import { act } from "@testing-library/react";

type Args = Record<string, unknown>;
type Handler = (args: Args) => unknown;

interface Subscription {
  name: string;
  args: Args;
  listeners: Set<() => void>;
  /** As JSON, so that an answer that did not change is not delivered again. */
  delivered?: string;
  value?: unknown;
}

/**
 * A backend as far as the hooks can tell: queries answer from functions of its state, all subscriptions of a client
 * move to a new state in one step, and nothing arrives before `settle` delivers it.
 */
export class FakeBackend {
  readonly queries: Record<string, Handler> = {};
  readonly mutations: Record<string, Handler> = {};
  /** Each answer that was delivered, in order. */
  readonly deliveries: { name: string; args: Args; value: unknown }[] = [];
  private readonly subscriptions = new Map<string, Subscription>();
  private readonly waiting: (() => void)[] = [];
  private optimistic = new Map<string, unknown>();

  readonly client = {
    watchQuery: (query: FunctionReference<"query">, args: Args) => this.watch(getFunctionName(query), args),
    query: async (query: FunctionReference<"query">, args: Args) =>
      structuredClone(this.queries[getFunctionName(query)]!(args)),
    mutation: (
      mutation: FunctionReference<"mutation">,
      args: Args,
      options?: { optimisticUpdate?: (store: OptimisticLocalStore, args: Args) => void },
    ) => this.mutate(getFunctionName(mutation), args, options?.optimisticUpdate),
  } as unknown as ConvexReactClient;

  /** The queries that something is subscribed to. */
  get subscribed(): { name: string; args: Args }[] {
    return [...this.subscriptions.values()];
  }

  /** Changes the state as one transaction does, and delivers what follows from it. */
  async commit(change: () => void): Promise<void> {
    change();
    await this.settle();
  }

  /** Lets every mutation run, and delivers until nothing is new. */
  async settle(): Promise<void> {
    for (let rounds = 0; ; rounds++) {
      if (rounds > 1_000) throw new Error("The subscriptions do not come to rest.");
      let isIdle = false;
      await act(async () => {
        for (const run of this.waiting.splice(0)) run();
        isIdle = !this.deliver();
      });
      if (isIdle && this.waiting.length === 0) return;
    }
  }

  private watch(name: string, args: Args) {
    const key = JSON.stringify([name, args]);
    return {
      onUpdate: (listener: () => void) => {
        const subscription = this.subscriptions.get(key) ?? { name, args, listeners: new Set() };
        this.subscriptions.set(key, subscription);
        subscription.listeners.add(listener);
        return () => {
          subscription.listeners.delete(listener);
          if (subscription.listeners.size === 0) this.subscriptions.delete(key);
        };
      },
      localQueryResult: () => {
        const value = this.optimistic.get(key) ?? this.subscriptions.get(key)?.value;
        if (value instanceof Error) throw value;
        return value;
      },
      journal: () => undefined,
    };
  }

  /** One transition: all subscriptions see the same state, and listeners hear of it afterwards. */
  private deliver(): boolean {
    const changed: Subscription[] = [];
    for (const subscription of this.subscriptions.values()) {
      const value = this.answer(subscription);
      const json = value instanceof Error ? `error: ${value.message}` : asText(value);
      if (json === subscription.delivered) continue;
      Object.assign(subscription, { delivered: json, value });
      this.deliveries.push({ name: subscription.name, args: subscription.args, value });
      changed.push(subscription);
    }
    for (const { listeners } of changed) for (const listener of [...listeners]) listener();
    return changed.length > 0;
  }

  private answer({ name, args }: Subscription): unknown {
    try {
      return structuredClone(this.queries[name]!(args));
    } catch (error) {
      return error;
    }
  }

  private mutate(
    name: string,
    args: Args,
    update?: (store: OptimisticLocalStore, args: Args) => void,
  ): Promise<unknown> {
    if (update) {
      update(this.localStore(), args);
      this.notifyAll();
    }
    return new Promise((resolve, reject) => {
      this.waiting.push(() => {
        this.optimistic = new Map();
        try {
          const result = this.mutations[name]!(args);
          this.deliver();
          resolve(result);
        } catch (error) {
          this.notifyAll();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  private localStore(): OptimisticLocalStore {
    return {
      getQuery: () => undefined,
      getAllQueries: (query: FunctionReference<"query">) =>
        [...this.subscriptions.values()]
          .filter(({ name }) => name === getFunctionName(query))
          .map(({ args, value }) => ({ args, value })),
      setQuery: (query: FunctionReference<"query">, args: Args, value: unknown) =>
        void this.optimistic.set(JSON.stringify([getFunctionName(query), args]), value),
    } as unknown as OptimisticLocalStore;
  }

  private notifyAll(): void {
    for (const { listeners } of this.subscriptions.values())
      for (const listener of [...listeners]) listener();
  }
}

/** As JSON, with what Convex has and JSON has not. */
const asText = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? `${item}n` : item));
