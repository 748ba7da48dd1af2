import { agentError } from "../errors.js";

/** The numbers that tell where a page ends, for each list that has pages. */
const FIELDS = {
  messages: ["position", "creationTime"],
  threads: ["activeAt", "creationTime"],
  turns: ["turn"],
  transitions: ["seq"],
} as const;

type List = keyof typeof FIELDS;
type Place<L extends List> = Record<(typeof FIELDS)[L][number], number>;

/** Where a page ends, as clients have it: pass it back as it is to get the next page of the same list. */
export type Cursor = string;

/** Encodes a place in a list as a cursor. */
export const encodeCursor = <L extends List>(list: L, place: Place<L>): Cursor =>
  [list, ...FIELDS[list].map((field) => place[field as keyof Place<L>])].join(":");

/**
 * Decodes a cursor of a list.
 *
 * @throws invalid_cursor for what is not a cursor, or a cursor of another list. Convex's `usePaginatedQuery` then starts over.
 */
export function decodeCursor<L extends List>(list: L, cursor: Cursor): Place<L> {
  const [name, ...values] = cursor.split(":");
  const numbers = values.map(Number);
  const isValid =
    name === list &&
    values.length === FIELDS[list].length &&
    numbers.every((number, index) => Number.isFinite(number) && String(number) === values[index]);
  if (!isValid)
    throw agentError("invalid_cursor", `This is not a cursor of a list of ${list}.`, {
      // What Convex's own errors of invalid cursors carry, in every deployment.
      isConvexSystemError: true,
      paginationError: "InvalidCursor",
    });
  return Object.fromEntries(FIELDS[list].map((field, index) => [field, numbers[index]])) as Place<L>;
}
