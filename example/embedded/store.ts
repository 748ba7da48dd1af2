import { AsyncLocalStorage } from "node:async_hooks";
import { convexToJson, getDocumentSize, jsonToConvex, type JSONValue } from "convex/values";
import { type Convex, type Database, type Document, tableOf } from "./convex.js";
import type { CommitLog, LogEntry, LoggedRequest } from "./log.js";

const MAX_DOCUMENT_BYTES = 1 << 20;
/** Clients resend what they have no answer to after a reconnect: a few requests each. */
const MAX_REMEMBERED_REQUESTS = 10_000;
/** Convex, too, keeps the outcome of scheduled functions for a week. */
const FINISHED_JOB_RETENTION_MS = 7 * 24 * 3600 * 1000;

/** What one top-level transaction changed. */
export interface Commit {
  ts: bigint;
  changes: { componentPath: string; table: string; id: string; document: Document | null }[];
}

/** A mutation's answer, to be committed with it. `ts` is set at the commit. */
export interface Answer {
  key?: string | undefined;
  result: JSONValue;
  ts: bigint;
}

const documentNumber = (id: string): number => parseInt(id, 10);

const isForgotten = (document: Document): boolean =>
  typeof document.completedTime === "number" &&
  document.completedTime < Date.now() - FINISHED_JOB_RETENTION_MS;

/** Makes top-level commits durable, restores them at the start, and tells listeners of each. */
export class Store {
  readonly #listeners: ((commit: Commit) => void)[] = [];
  readonly #requests = new Map<string, LoggedRequest>();
  #answer: Answer | undefined;
  #closed = false;
  /** Listeners start queries and jobs, which must not run in the async context of the function that commits. */
  readonly #outside = AsyncLocalStorage.snapshot();

  constructor(
    private readonly convex: Convex,
    private readonly log: CommitLog | undefined,
  ) {
    if (log !== undefined) {
      for (const entry of log.read()) this.#restore(entry);
      log.compact(this.#snapshot());
    }
    const manager = convex.internals.transactionManager;
    const commit = manager.commit.bind(manager);
    manager.commit = (isNested) => (isNested ? commit(true) : this.#commit(() => commit(false)!));
  }

  /** Listeners are called inside the commit, before any other transaction begins. */
  onCommit(listener: (commit: Commit) => void): void {
    this.#listeners.push(listener);
  }

  /** To be called as the last step of a transaction: its answer is remembered with its commit. */
  answerWithCommit(answer: Answer): void {
    this.#answer = answer;
  }

  /** What a client's request was answered, if it was committed before. */
  recall(key: string): Answer | undefined {
    const request = this.#requests.get(key);
    return request && { key, result: request.result, ts: BigInt(request.ts) };
  }

  /** From here on nothing commits, as if the process had died. */
  close(): void {
    this.#closed = true;
    this.log?.close();
  }

  #commit(commit: () => bigint): bigint {
    const answer = this.#answer;
    this.#answer = undefined;
    if (this.#closed) throw new Error("The embedded backend is closed.");
    const written = Object.entries(this.convex.internals.components).map(
      ([componentPath, { db }]) => [componentPath, db, Object.keys(db._writes[0]!)] as const,
    );
    for (const [, db, ids] of written) checkSizes(db, ids);
    const ts = commit();
    const changes = written.flatMap(([componentPath, db, ids]) =>
      ids.map((id) => ({ componentPath, table: tableOf(id), id, document: db._documents[id] ?? null })),
    );
    if (answer !== undefined) answer.ts = ts;
    this.#record({ ts, changes }, answer);
    this.#outside(() => {
      for (const listener of this.#listeners) listener({ ts, changes });
    });
    return ts;
  }

  #record({ ts, changes }: Commit, answer: Answer | undefined): void {
    const entry: LogEntry = { ts: ts.toString() };
    for (const { componentPath, id, document } of changes) {
      ((entry.documents ??= {})[componentPath] ??= {})[id] = convexToJson(document);
    }
    if (answer?.key !== undefined) {
      entry.request = { key: answer.key, ts: entry.ts, result: answer.result };
      this.#remember(entry.request);
    }
    if (entry.documents !== undefined || entry.request !== undefined) this.log?.append(entry);
  }

  #remember(request: LoggedRequest): void {
    this.#requests.set(request.key, request);
    if (this.#requests.size > MAX_REMEMBERED_REQUESTS) {
      this.#requests.delete(this.#requests.keys().next().value!);
    }
  }

  #restore({ ts, documents = {}, request, nextDocIds = {} }: LogEntry): void {
    const { components, transactionManager } = this.convex.internals;
    if (BigInt(ts) > transactionManager._lastCommitTs) transactionManager._lastCommitTs = BigInt(ts);
    if (request !== undefined) this.#remember(request);
    for (const [componentPath, next] of Object.entries(nextDocIds)) {
      const db = components[componentPath]?.db;
      if (db !== undefined) db._nextDocId = Math.max(db._nextDocId, next);
    }
    for (const [componentPath, changed] of Object.entries(documents)) {
      const db = components[componentPath]?.db;
      if (db !== undefined) restoreDocuments(db, changed);
    }
  }

  *#snapshot(): Generator<LogEntry> {
    const { components, transactionManager } = this.convex.internals;
    const ts = transactionManager._lastCommitTs.toString();
    const nextDocIds = Object.entries(components).map(([path, { db }]) => [path, db._nextDocId] as const);
    yield { ts, nextDocIds: Object.fromEntries(nextDocIds) };
    for (const [componentPath, { db }] of Object.entries(components)) {
      for (const [id, document] of Object.entries(db._documents)) {
        if (tableOf(id) === "_scheduled_functions" && isForgotten(document)) delete db._documents[id];
        else yield { ts, documents: { [componentPath]: { [id]: convexToJson(document) } } };
      }
    }
    for (const request of this.#requests.values()) yield { ts, request };
  }
}

function checkSizes(db: Database, ids: string[]): void {
  for (const id of ids) {
    const document = db.get(undefined, id);
    const size = document === null ? 0 : getDocumentSize(document);
    if (size > MAX_DOCUMENT_BYTES) {
      throw new Error(`Value is too large (${size} bytes > maximum size 1 MiB) in table "${tableOf(id)}".`);
    }
  }
}

function restoreDocuments(db: Database, changed: Record<string, JSONValue>): void {
  for (const [id, json] of Object.entries(changed)) {
    const document = jsonToConvex(json) as Document | null;
    db._nextDocId = Math.max(db._nextDocId, documentNumber(id) + 1);
    if (document === null) {
      delete db._documents[id];
    } else {
      db._documents[id] = document;
      db._lastCreationTime = Math.max(db._lastCreationTime, document._creationTime);
    }
  }
}
