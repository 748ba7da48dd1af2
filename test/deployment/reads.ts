import { compareValues, jsonToConvex, type JSONValue, type Value } from "convex/values";

export type Row = Record<string, Value | undefined> & { _id: string; _creationTime: number };

/** What a commit did to one row. */
export interface Change {
  componentPath: string;
  table: string;
  id: string;
  before: Row | null;
  after: Row | null;
}

/** A query as convex-test is asked it. */
export interface SerializedQuery {
  source: {
    type: "FullTableScan" | "IndexRange" | "Search";
    tableName?: string;
    indexName?: string;
    order?: "asc" | "desc";
    range?: RangeFilter[];
  };
  operators: ({ filter: unknown } | { limit: number })[];
}

interface RangeFilter {
  type: "Eq" | "Gt" | "Gte" | "Lt" | "Lte";
  fieldPath: string;
  value: JSONValue;
}

/** What a transaction has read: a row, or an interval of an index up to the last row that it consumed. */
export type Read =
  | { type: "row"; componentPath: string; id: string }
  | {
      type: "interval";
      componentPath: string;
      table: string;
      range: RangeFilter[];
      /** The fields that the index orders by. */
      fields: string[];
      order: 1 | -1;
      /** The row that was consumed last; the interval ends there unless it was read to its end. */
      last: Row | null;
      isWhole: boolean;
    };

const fieldOf = (row: Row, path: string): Value | undefined =>
  path
    .split(".")
    .reduce<unknown>(
      (value, name) => (typeof value === "object" && value !== null ? (value as Row)[name] : undefined),
      row,
    ) as Value | undefined;

function boundOf(json: JSONValue): Value | undefined {
  const isUndefined = typeof json === "object" && json !== null && "$undefined" in json;
  return isUndefined ? undefined : jsonToConvex(json);
}

function isInRange(row: Row, { type, fieldPath, value }: RangeFilter): boolean {
  const order = compareValues(fieldOf(row, fieldPath), boundOf(value));
  const holds = { Eq: order === 0, Gt: order > 0, Gte: order >= 0, Lt: order < 0, Lte: order <= 0 };
  return holds[type];
}

/** Where one row stands relative to another one in an index. */
function comparePlaces(a: Row, b: Row, fields: string[]): number {
  for (const field of fields) {
    const order = compareValues(fieldOf(a, field), fieldOf(b, field));
    if (order !== 0) return order;
  }
  return 0;
}

function isInside(row: Row | null, read: Extract<Read, { type: "interval" }>): boolean {
  if (row === null || !read.range.every((filter) => isInRange(row, filter))) return false;
  if (read.isWhole) return true;
  return read.last !== null && comparePlaces(row, read.last, read.fields) * read.order <= 0;
}

/** Whether a commit changed what a transaction has read: the old or the new row lies in what it read. */
export function isStale(read: Read, { componentPath, table, id, before, after }: Change): boolean {
  if (read.componentPath !== componentPath) return false;
  if (read.type === "row") return read.id === id;
  return read.table === table && (isInside(before, read) || isInside(after, read));
}
