import { getConvexSize, type Value } from "convex/values";
import { BATCH_ROWS, READ_BUDGET_BYTES } from "./limits.js";

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
