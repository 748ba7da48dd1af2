import { type Convex, type Database, interceptSyscalls, tableOf } from "./convex.js";
import type { Commit, Store } from "./store.js";

/** What running a query leaves behind: the tables it read, and where its page ended. */
export interface Recording {
  tables: Set<string>;
  /** Makes a re-run of a paginated query end at the same document, so that adjacent pages neither gap nor overlap. */
  journal: string | null;
}

const tableKey = (componentPath: string, table: string): string => `${componentPath}/${table}`;

/** The tables a commit wrote, as a recording names them. */
export const writtenTables = ({ changes }: Commit): Set<string> =>
  new Set(changes.map(({ componentPath, table }) => tableKey(componentPath, table)));

/** Records the reads of queries. Transactions run one at a time, so there is at most one recording. */
export class Reads {
  #current: Recording | undefined;
  readonly #ids = new Map<string, Set<string>>();

  constructor(convex: Convex, store: Store) {
    for (const [componentPath, { db }] of Object.entries(convex.internals.components)) {
      for (const id of Object.keys(db._documents)) this.#idsOf(componentPath, tableOf(id)).add(id);
      this.#observe(componentPath, db);
    }
    store.onCommit(({ changes }) => {
      for (const { componentPath, table, id, document } of changes) {
        const ids = this.#idsOf(componentPath, table);
        if (document === null) ids.delete(id);
        else ids.add(id);
      }
    });
    interceptSyscalls(convex, {
      "1.0/queryPage": async (args, next) =>
        this.#page(args, (a) => next("1.0/queryPage", JSON.stringify(a))),
    });
  }

  /** Runs one query; what it read is complete when the promise settles either way. */
  async record<T>(recording: Recording, query: () => Promise<T>): Promise<T> {
    this.#current = recording;
    try {
      return await query();
    } finally {
      this.#current = undefined;
    }
  }

  #idsOf(componentPath: string, table: string): Set<string> {
    const key = tableKey(componentPath, table);
    const ids = this.#ids.get(key) ?? new Set<string>();
    this.#ids.set(key, ids);
    return ids;
  }

  /** Notes reads, and scans one table where convex-test would filter every document of the component. */
  #observe(componentPath: string, db: Database): void {
    const get = db.get.bind(db);
    db.get = (table, id) => {
      this.#current?.tables.add(tableKey(componentPath, tableOf(id)));
      return get(table, id);
    };
    db._iterateDocs = (table, callback) => {
      this.#current?.tables.add(tableKey(componentPath, table));
      const written = db._writes.flatMap((layer) => Object.keys(layer).filter((id) => tableOf(id) === table));
      for (const id of new Set([...this.#idsOf(componentPath, table), ...written])) {
        const document = get(table, id);
        if (document !== null) callback(document);
      }
    };
  }

  async #page(args: Record<string, unknown>, next: (args: unknown) => Promise<string>): Promise<string> {
    const recording = this.#current;
    const endCursor = args.endCursor ?? recording?.journal ?? null;
    const page = JSON.parse(await next({ ...args, endCursor })) as {
      continueCursor: string;
      isDone: boolean;
      pageStatus: string | null;
    };
    if (typeof endCursor === "string" && page.pageStatus !== "SplitRequired") {
      // convex-test takes a page to be the last one when the document at its end was deleted.
      page.continueCursor = endCursor;
      page.isDone = endCursor === "_end_cursor";
    }
    if (recording !== undefined) recording.journal = page.continueCursor;
    return JSON.stringify(page);
  }
}
