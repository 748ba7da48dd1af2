import { AsyncLocalStorage } from "node:async_hooks";
import { tableOf, type Database } from "../../example/embedded/convex.js";
import { between, sleep, Slots, type Chance } from "./chance.js";
import { isStale, type Change, type Read, type Row, type SerializedQuery } from "./reads.js";

/** What of convex-test's database fake the simulator changes. */
interface Fake extends Database {
  _schema: { tables: Map<string, { indexes: { indexDescriptor: string; fields: string[] }[] }> } | null;
  _queryResults: Record<number, Row[]>;
  startQuery(query: SerializedQuery): number;
  queryNext(id: number): { value: Row | null; done: boolean };
  commit(ts: bigint | null): void;
  startTransaction(): void;
}

interface Manager {
  _lastCommitTs: bigint;
  _waitOnCurrentFunction: Promise<void> | null;
  begin(isNested: boolean, limits?: unknown): Promise<void>;
  commit(isNested: boolean): bigint | null;
  rollback(isNested: boolean): void;
}

export interface Host {
  components: Record<string, { db: Database }>;
  transactionManager: unknown;
}

/** A transaction whose body runs at its begin and whose writes wait for its commit. */
interface Pending {
  /** How many commits there were when it began. */
  snapshot: number;
  reads: Read[];
  writes: Record<string, Record<string, Row | null>>;
  /** A query that reads a stale snapshot adds nothing to the reads. */
  isReadingStale: boolean;
}

/** What went on in the transactions of a deployment. */
export interface TransactionCounts {
  mutations: number;
  conflicts: number;
  /** Mutations that gave up after five tries. */
  refused: number;
}

const MAX_TRIES = 5;

/** How long a call waits for a place to run in, in milliseconds. */
const PATIENCE_MS = 5_000;

/** What the platform says, not the function that was called. */
export class PlatformError extends Error {}

/** What a deployment throws after the last try. */
function conflictError(table: string): PlatformError {
  return new PlatformError(
    table.startsWith("_")
      ? "Data read or written in this mutation changed while it was being run. Consider reducing the amount of data read by using indexed queries with selective index range expressions (https://docs.convex.dev/database/indexes/)."
      : `Documents read from or written to the "${table}" table changed while this mutation was being run and on every subsequent retry. Another call to this mutation changed the document. See https://docs.convex.dev/error#1`,
  );
}

/** The transaction that each body runs in, of whichever deployment. */
const pendings = new AsyncLocalStorage<Pending>();

/**
 * Runs transactions as a deployment does: each reads one snapshot, takes time, and commits only if nothing that it read has
 * changed since; otherwise it is run again, after a pause. The bodies are convex-test's.
 */
export class Transactions {
  readonly counts: TransactionCounts = { mutations: 0, conflicts: 0, refused: 0 };
  /** How often each mutation that an action calls was tried. */
  readonly tries = new Map<string, number>();
  private readonly commits: Change[][] = [];
  private readonly listeners: ((changes: Change[]) => void)[] = [];
  private readonly outside = AsyncLocalStorage.snapshot();
  /** The ids of each table that were ever committed, because convex-test would look through all documents. */
  private readonly ids = new Map<string, Set<string>>();
  /** Queries and mutations that the smallest class of deployments runs at a time. */
  private readonly slots = new Slots(16);

  constructor(
    private readonly host: Host,
    private readonly chance: Chance,
  ) {
    for (const [path, { db }] of Object.entries(host.components)) {
      for (const id of Object.keys(db._documents)) this.idsOf(path, tableOf(id)).add(id);
      this.watchReads(path, db as Fake);
    }
    this.divertCommits(host.transactionManager as Manager);
  }

  onCommit(listener: (changes: Change[]) => void): void {
    this.listeners.push(listener);
  }

  /** Runs a query: at one moment, and nothing comes of it. */
  async query<T>(body: () => Promise<T>): Promise<T> {
    return this.inSlot(() => pendings.run(this.newPending(), body), PATIENCE_MS);
  }

  /**
   * Runs a mutation until it commits or its body throws.
   *
   * @param isScheduled - it is tried for ever; a call by a client or an action is tried five times.
   * @param name - what its tries are counted by. Default: they are not.
   */
  async mutation<T>(
    body: () => Promise<T>,
    { isScheduled = false, name }: { isScheduled?: boolean; name?: string } = {},
  ): Promise<T> {
    this.counts.mutations += 1;
    for (let tries = 1; ; tries++) {
      if (name !== undefined) this.tries.set(name, (this.tries.get(name) ?? 0) + 1);
      const pending = this.newPending();
      const attempt = await this.inSlot(
        async () => {
          const result = await pendings.run(pending, body);
          const rows = pending.reads.length + Object.values(pending.writes).flatMap(Object.keys).length;
          await sleep(between(this.chance, 3, 15) + 0.1 * rows);
          const stale = await this.commit(pending);
          return { result, stale };
        },
        isScheduled ? undefined : PATIENCE_MS,
      );
      if (attempt.stale === null) return attempt.result;
      this.counts.conflicts += 1;
      if (!isScheduled && tries === MAX_TRIES) {
        this.counts.refused += 1;
        throw conflictError(attempt.stale);
      }
      const longest = isScheduled ? 60_000 : 2_000;
      await sleep(this.chance() * Math.min(100 * 2 ** (tries - 1), longest));
    }
  }

  /** Runs what must not be counted as read, such as a query on a stale snapshot. */
  async readingStale<T>(body: () => Promise<T>): Promise<T> {
    const pending = pendings.getStore();
    if (!pending) return body();
    pending.isReadingStale = true;
    try {
      return await body();
    } finally {
      pending.isReadingStale = false;
    }
  }

  /** Notes that the running transaction has read a row. */
  noteRead(componentPath: string, id: string): void {
    this.note({ type: "row", componentPath, id });
  }

  private newPending(): Pending {
    return { snapshot: this.commits.length, reads: [], writes: {}, isReadingStale: false };
  }

  /** @param patienceMs - how long it waits for a place. Default: for ever, as what is scheduled does. */
  private async inSlot<T>(work: () => Promise<T>, patienceMs?: number): Promise<T> {
    if (!(await this.slots.take(patienceMs)))
      throw new PlatformError(
        "Too many concurrent requests, your deployment is limited to 16 concurrent mutations.",
      );
    try {
      return await work();
    } finally {
      this.slots.release();
    }
  }

  /** The table that a commit since the begin made stale, or null: then the writes are applied. */
  private async commit({ snapshot, reads, writes }: Pending): Promise<string | null> {
    const manager = this.host.transactionManager as Manager;
    while (manager._waitOnCurrentFunction !== null) await manager._waitOnCurrentFunction;
    const isReadOnly = Object.values(writes).every((rows) => Object.keys(rows).length === 0);
    if (isReadOnly) return null;
    for (const change of this.commits.slice(snapshot).flat())
      if (reads.some((read) => isStale(read, change))) return change.table;
    this.apply(manager, writes);
    return null;
  }

  private apply(manager: Manager, writes: Pending["writes"]): void {
    const now = BigInt(Date.now()) * 1_000_000n;
    const ts = now > manager._lastCommitTs ? now : manager._lastCommitTs + 1n;
    manager._lastCommitTs = ts;
    const changes: Change[] = [];
    for (const [componentPath, rows] of Object.entries(writes)) {
      const db = this.host.components[componentPath]!.db as Fake;
      const before = new Map(Object.keys(rows).map((id) => [id, (db._documents[id] ?? null) as Row | null]));
      db._writes.push(rows as never);
      db.commit(ts);
      for (const id of Object.keys(rows)) changes.push(this.changeOf(componentPath, db, id, before.get(id)!));
    }
    this.publish(changes);
  }

  private changeOf(componentPath: string, db: Database, id: string, before: Row | null): Change {
    const after = (db._documents[id] ?? null) as Row | null;
    return { componentPath, table: tableOf(id), id, before, after };
  }

  private idsOf(componentPath: string, table: string): Set<string> {
    const key = `${componentPath}/${table}`;
    const ids = this.ids.get(key) ?? new Set();
    this.ids.set(key, ids);
    return ids;
  }

  private publish(changes: Change[]): void {
    if (changes.length === 0) return;
    for (const { componentPath, table, id } of changes) this.idsOf(componentPath, table).add(id);
    this.commits.push(changes);
    this.outside(() => this.listeners.forEach((listener) => listener(changes)));
  }

  /** A top-level transaction of the simulator leaves its writes with it; one of a test commits at once. */
  private divertCommits(manager: Manager): void {
    const begin = manager.begin.bind(manager);
    const commit = manager.commit.bind(manager);
    const rollback = manager.rollback.bind(manager);
    manager.begin = async (isNested, limits) => {
      await begin(isNested, limits);
      const pending = pendings.getStore();
      if (pending && !isNested) pending.snapshot = this.commits.length;
    };
    manager.commit = (isNested) => {
      if (isNested) return commit(true);
      const pending = pendings.getStore();
      const written = Object.entries(this.host.components).map(
        ([path, { db }]) => [path, db, { ...db._writes[0]! }] as const,
      );
      if (pending) {
        for (const [path, , rows] of written) pending.writes[path] = rows;
        rollback(false);
        return null;
      }
      const olds = written.map(([, db, rows]) =>
        Object.keys(rows).map((id) => (db._documents[id] ?? null) as Row | null),
      );
      const ts = commit(false);
      this.publish(
        written.flatMap(([path, db, rows], at) =>
          Object.keys(rows).map((id, index) => this.changeOf(path, db, id, olds[at]![index]!)),
        ),
      );
      return ts;
    };
  }

  private note(read: Read): void {
    const pending = pendings.getStore();
    if (pending && !pending.isReadingStale) pending.reads.push(read);
  }

  /** Notes what is read of a component, and scans the ids of one table where convex-test would filter all documents. */
  private watchReads(componentPath: string, db: Fake): void {
    const get = db.get.bind(db);
    const startQuery = db.startQuery.bind(db);
    const queryNext = db.queryNext.bind(db);
    const intervals = new Map<number, Extract<Read, { type: "interval" }> & { rest: number | null }>();
    db.get = (table, id) => {
      this.note({ type: "row", componentPath, id });
      return get(table, id);
    };
    db._iterateDocs = (table, callback) => {
      const written = db._writes.flatMap(Object.keys).filter((id) => tableOf(id) === table);
      for (const id of new Set([...this.idsOf(componentPath, table), ...written])) {
        const row = get(table, id);
        if (row !== null) callback(row);
      }
    };
    db.startQuery = (query) => {
      const queryId = startQuery(query);
      const limit = query.operators.find((operator) => "limit" in operator)?.limit ?? Infinity;
      const isCut = db._queryResults[queryId]!.length >= limit;
      const read = { ...intervalOf(componentPath, db, query), rest: isCut ? limit : null };
      intervals.set(queryId, read);
      this.note(read);
      return queryId;
    };
    db.queryNext = (queryId) => {
      const next = queryNext(queryId);
      const read = intervals.get(queryId);
      if (!read) return next;
      if (next.value !== null) read.last = next.value;
      // A query that was cut at its limit has read no further than its last row.
      if (next.done && read.rest === null) read.isWhole = true;
      return next;
    };
  }
}

function intervalOf(componentPath: string, db: Fake, { source, operators }: SerializedQuery) {
  const [table, index] =
    source.type === "FullTableScan" ? [source.tableName!, "by_creation_time"] : source.indexName!.split(".");
  const own = db._schema?.tables
    .get(table!)
    ?.indexes.find(({ indexDescriptor }) => indexDescriptor === index);
  const fields = index === "by_id" ? [] : (own?.fields ?? []);
  return {
    type: "interval" as const,
    componentPath,
    table: table!,
    range: source.range ?? [],
    fields: [...fields, "_creationTime", "_id"],
    order: source.order === "desc" ? (-1 as const) : (1 as const),
    last: null,
    // Rows that a filter leaves out are read, too.
    isWhole: operators.some((operator) => "filter" in operator),
  };
}
