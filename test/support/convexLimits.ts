import { convexToJson, getConvexSize, type Value } from "convex/values";
import type { Database } from "../../example/embedded/convex.js";
import { withHandlers, type Modules } from "./functions.js";

interface Limits {
  nesting: number;
  bytes: number;
}

const MIB = 1024 * 1024;

/** What Convex allows of a document, and of the arguments or the result of a function. */
export const DOCUMENT: Limits = { nesting: 16, bytes: MIB };
export const CALL: Limits = { nesting: 64, bytes: 16 * MIB };

const MAX_FIELDS = 1_024;
const MAX_ELEMENTS = 8_192;
const FIELD_NAME = /^(?!\$)[\x20-\x7e]{1,1024}$/;

/** Throws where a deployment refuses a value and convex-test does not; what is no Convex value is left to convex-test. */
export function checkLimits(what: string, value: unknown, { nesting, bytes }: Limits): void {
  const refuse = (why: string) => {
    throw new Error(`${what} is not a valid Convex value: ${why}`);
  };
  if (!isConvexValue(value)) return;
  const levels = checkNested(value, refuse);
  if (levels > nesting) refuse(`it is nested ${levels} levels deep (maximum: ${nesting})`);
  const size = getConvexSize(value as Value);
  if (size > bytes) refuse(`it has ${size} bytes (maximum: ${bytes})`);
}

function isConvexValue(value: unknown): boolean {
  try {
    convexToJson(value as Value);
    return true;
  } catch {
    return false;
  }
}

/** Checks each value in a value, and returns its levels of containers. */
function checkNested(value: unknown, refuse: (why: string) => void): number {
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) refuse("a string has half a surrogate pair");
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return 0;
  const items: unknown[] = Object.values(value);
  if (Array.isArray(value)) {
    if (items.length > MAX_ELEMENTS) refuse(`an array has ${items.length} elements`);
  } else {
    if (items.length > MAX_FIELDS) refuse(`an object has ${items.length} fields`);
    for (const name of Object.keys(value))
      if (!FIELD_NAME.test(name)) refuse(`a field has the name ${JSON.stringify(name.slice(0, 50))}`);
  }
  return 1 + items.reduce<number>((deepest, item) => Math.max(deepest, checkNested(item, refuse)), 0);
}

/** The modules with the arguments and results of each of their functions checked. */
export const withLimits = (modules: Modules): Modules =>
  withHandlers(modules, (called, name) => async (ctx, args) => {
    checkLimits(`The argument of ${name}`, args, CALL);
    const result = await called._handler(ctx, args);
    checkLimits(`The result of ${name}`, result ?? null, CALL);
    return result;
  });

/** Checks each document that is written from now on. */
export function checkDocuments(components: Record<string, { db: Database }>): void {
  for (const { db } of Object.values(components)) {
    const check = (table: string, id: string) => {
      if (!table.startsWith("_")) checkLimits(`The document in ${table}`, db.get(table, id), DOCUMENT);
    };
    const insert = db.insert.bind(db);
    const patch = db.patch.bind(db);
    db.insert = (table, value) => {
      const id = insert(table, value);
      check(table, id);
      return id;
    };
    db.patch = (table, id, value) => {
      patch(table, id, value);
      check(table, id);
    };
  }
}
