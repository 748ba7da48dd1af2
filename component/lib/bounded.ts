import { getConvexSize, type Value } from "convex/values";
import { agentError } from "./errors.js";
import { BATCH_ROWS, DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS, READ_BUDGET_BYTES } from "./limits.js";

/** Rows as far as a transaction may read them, and whether there are more. */
export interface Bounded<Row> {
  rows: Row[];
  more: boolean;
}

/** Reads rows of unknown size until a bound in number or bytes is reached. */
export async function takeBounded<Row>(
  rows: AsyncIterable<Row>,
  { maxRows = BATCH_ROWS, maxBytes = READ_BUDGET_BYTES } = {},
): Promise<Bounded<Row>> {
  const taken: Row[] = [];
  let bytes = 0;
  for await (const row of rows) {
    taken.push(row);
    bytes += getConvexSize(row as Value);
    if (taken.length >= maxRows || bytes >= maxBytes) return { rows: taken, more: true };
  }
  return { rows: taken, more: false };
}

/**
 * Refuses a number of rows that is not a positive whole number.
 *
 * @throws invalid_limit
 */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1)
    throw agentError("invalid_limit", `limit must be a positive whole number, not ${limit}.`);
}

/** Where the next page goes on, or null when this one is the last. */
interface Page<Row> {
  rows: Row[];
  cursor: number | null;
}

/**
 * A page of small rows.
 *
 * @param source - the rows from the cursor on, or null where there are none.
 * @param numberOf - a row's number, which goes down from row to row.
 * @param limit - how many at most. Default: 100; at most 500.
 * @throws invalid_limit
 */
export async function pageOf<Row>(
  source: { take(count: number): Promise<Row[]> } | null,
  numberOf: (row: Row) => number,
  limit: number = DEFAULT_PAGE_ROWS,
): Promise<Page<Row>> {
  checkLimit(limit);
  const count = Math.min(limit, MAX_PAGE_ROWS);
  const rows = source ? await source.take(count) : [];
  return { rows, cursor: rows.length < count ? null : numberOf(rows.at(-1)!) };
}
