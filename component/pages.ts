import { checkLimit } from "./errors.js";
import { DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS } from "./limits.js";

/** Where the next page goes on, or null when this one is the last. */
interface Page<Row> {
  rows: Row[];
  cursor: number | null;
}

/**
 * A page of small rows.
 *
 * @param source - the rows from the cursor on, or null where there are none.
 * @param positionOf - a row's number, which goes down from row to row.
 * @param limit - how many at most; 100 unless told, never more than 500.
 * @throws invalid_limit
 */
export async function pageOf<Row>(
  source: { take(count: number): Promise<Row[]> } | null,
  positionOf: (row: Row) => number,
  limit: number = DEFAULT_PAGE_ROWS,
): Promise<Page<Row>> {
  checkLimit(limit);
  const count = Math.min(limit, MAX_PAGE_ROWS);
  const rows = source ? await source.take(count) : [];
  return { rows, cursor: rows.length < count ? null : positionOf(rows.at(-1)!) };
}
