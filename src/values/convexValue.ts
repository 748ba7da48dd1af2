/**
 * Encodes a value of models or tools so that Convex can store it: without `undefined`, class instances, and keys that begin
 * with `$` or `_` or are not ASCII.
 *
 * | value                                  | becomes                                             |
 * | -------------------------------------- | --------------------------------------------------- |
 * | `undefined`, functions, symbols        | nothing in an object, `null` in a list              |
 * | `Date`                                 | ISO string                                          |
 * | `bigint`                               | decimal string                                      |
 * | `Map`, `Set`                           | object, list                                        |
 * | bytes                                  | base64 string                                       |
 * | other objects                          | what `toJSON` returns, or their own properties      |
 * | keys that Convex refuses               | `~` and the URI-encoded key; decodeValue undoes it  |
 *
 * @throws TypeError for a value that contains itself.
 */
export function encodeValue(value: unknown): unknown {
  return encode(value, new Set());
}

function encode(value: unknown, ancestors: Set<unknown>): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value !== "object") return isNothing(value) ? null : value;
  if (ancestors.has(value)) throw new TypeError("A value that contains itself cannot be stored.");
  ancestors.add(value);
  const encoded = encodeObject(value, ancestors);
  ancestors.delete(value);
  return encoded;
}

function encodeObject(value: object, ancestors: Set<unknown>): unknown {
  if (hasToJSON(value)) return encode(value.toJSON(), ancestors);
  if (value instanceof Map) return encode(Object.fromEntries(value), ancestors);
  if (value instanceof ArrayBuffer) return toBase64(new Uint8Array(value));
  if (ArrayBuffer.isView(value))
    return toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (Array.isArray(value) || value instanceof Set) return [...value].map((item) => encode(item, ancestors));
  const entries = Object.entries(value).filter(([, item]) => !isNothing(item));
  return Object.fromEntries(entries.map(([key, item]) => [encodeKey(key), encode(item, ancestors)]));
}

/** Restores the keys that encodeValue has changed. */
export const decodeValue = (value: unknown): unknown => decode(value, (leaf) => leaf);

/**
 * Converts a stored value to JSON, which a model can be sent: like decodeValue, and `bigint` and bytes, which tools may return,
 * become text as in the table above.
 */
export const toJson = (value: unknown): unknown =>
  decode(value, (leaf) => {
    if (typeof leaf === "bigint") return leaf.toString();
    return leaf instanceof ArrayBuffer ? toBase64(new Uint8Array(leaf)) : leaf;
  });

function decode(value: unknown, leaf: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => decode(item, leaf));
  if (value === null || typeof value !== "object" || value instanceof ArrayBuffer) return leaf(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [decodeKey(key), decode(item, leaf)]));
}

const hasToJSON = (value: object): value is { toJSON: () => unknown } =>
  "toJSON" in value && typeof value.toJSON === "function";

const isNothing = (value: unknown) =>
  value === undefined || typeof value === "function" || typeof value === "symbol";

/** A key that is stored as it is; `~` marks encoded ones. */
const PLAIN_KEY = /^(?![$_~])[\x20-\x7e]+$/;

const encodeKey = (key: string) => (PLAIN_KEY.test(key) ? key : `~${encodeURIComponent(key)}`);
const decodeKey = (key: string) => (key.startsWith("~") ? decodeURIComponent(key.slice(1)) : key);

/** Built piecewise: a spread over a large array overflows the stack. */
function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
