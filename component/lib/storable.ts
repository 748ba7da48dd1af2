import { convexToJson, jsonToConvex, type JSONValue, type Value } from "convex/values";
import { wellFormed } from "./text.js";

/**
 * The levels of containers that an encoded value has at most. Convex documents have 16, and what is around the value takes some:
 * a row with a list of parts two, the arguments of a tool in a workpool's row four.
 */
const MAX_NESTING = 12;

/** The levels of arguments, which Convex bounds at 64, less those around a tool's own. */
const MAX_ARGUMENT_NESTING = 56;

/** What Convex allows of one container. */
const MAX_FIELDS = 1_024;
const MAX_ELEMENTS = 8_192;
const MAX_KEY_LENGTH = 1_024;

/** The key of a container that is stored as text. */
const AS_TEXT = "~json";

/**
 * Encodes any value of models or tools so that Convex can store it. `decodeValue` restores it.
 *
 * | value                                             | is stored as                                | comes back as |
 * | ------------------------------------------------- | ------------------------------------------- | ------------- |
 * | what Convex has, `NaN`, `bigint` and bytes too    | itself                                      | itself        |
 * | keys that Convex refuses, or that begin with `~`  | `~` and the URI-encoded key                 | the key       |
 * | lists and objects too deep or too large in number | `{ "~json": "<JSON>" }`                     | themselves    |
 * | half a character of two UTF-16 units              | U+FFFD                                      | U+FFFD        |
 * | `undefined`, functions, symbols                   | nothing in an object, else `null`           | the same      |
 * | `Date`                                            | ISO string                                  | the string    |
 * | `bigint` beyond 64 bits                           | decimal string                              | the string    |
 * | views of bytes, such as `Uint8Array`              | `ArrayBuffer`                               | `ArrayBuffer` |
 * | `Map`, `Set`                                      | object, list                                | the same      |
 * | other objects                                     | what `toJSON` returns, or their properties  | the same      |
 *
 * @throws TypeError for a value that contains itself.
 */
export function encodeValue(value: unknown): unknown {
  return fitted(plain(value, new Set()), MAX_NESTING);
}

/** Encodes a value that its sender may have encoded already, as a client has to encode what Convex refuses to send. */
export const storable = (value: unknown): unknown => encodeValue(decodeValue(value));

/** Converts an encoded value to arguments of a function: as they are, as far as Convex lets a function have them. */
export const toArguments = (value: unknown): unknown =>
  fitted(plain(decodeValue(value), new Set()), MAX_ARGUMENT_NESTING);

/** Restores what `encodeValue` encoded. Returns any other value unchanged. */
export const decodeValue = (value: unknown): unknown => decode(value, (leaf) => leaf);

/**
 * Converts an encoded value to JSON, which a model can be sent: like decodeValue, and what JSON does not have becomes text.
 * `bigint` becomes a decimal string, bytes become base64, and numbers that are not finite their names.
 */
export const toJson = (value: unknown): unknown =>
  decode(value, (leaf) => {
    if (typeof leaf === "bigint") return leaf.toString();
    if (typeof leaf === "number") return Number.isFinite(leaf) ? leaf : String(leaf);
    return leaf instanceof ArrayBuffer ? toBase64(new Uint8Array(leaf)) : leaf;
  });

/** Whether two values are the same in the order of their keys. */
export const isSameValue = (a: unknown, b: unknown): boolean =>
  a === b || JSON.stringify(toJson(a)) === JSON.stringify(toJson(b));

/** Converts a value to what Convex has, however deep and large. */
function plain(value: unknown, ancestors: Set<unknown>): unknown {
  if (typeof value === "string") return wellFormed(value);
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? value : value.toString();
  if (value === null || typeof value !== "object") return isNothing(value) ? null : value;
  if (ancestors.has(value)) throw new TypeError("A value that contains itself cannot be stored.");
  ancestors.add(value);
  const converted = plainObject(value, ancestors);
  ancestors.delete(value);
  return converted;
}

function plainObject(value: object, ancestors: Set<unknown>): unknown {
  if (value instanceof ArrayBuffer) return value;
  if (ArrayBuffer.isView(value))
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice().buffer;
  if (hasToJSON(value)) return plain(value.toJSON(), ancestors);
  if (value instanceof Map) return plain(Object.fromEntries(value), ancestors);
  if (Array.isArray(value) || value instanceof Set) return [...value].map((item) => plain(item, ancestors));
  const entries = Object.entries(value).filter(([, item]) => !isNothing(item));
  return Object.fromEntries(entries.map(([key, item]) => [encodeKey(key), plain(item, ancestors)]));
}

/** Stores containers as text where Convex does not take them, with at most so many levels. */
function fitted(value: unknown, levels: number): unknown {
  if (!isContainer(value)) return value;
  const isTooDeep = levels === 1 && Object.values(value).some(isContainer);
  if (isTooDeep || isTooLarge(value)) return { [AS_TEXT]: JSON.stringify(toText(value)) };
  return mapItems(value, (item) => fitted(item, levels - 1));
}

function isTooLarge(value: Container): boolean {
  if (Array.isArray(value)) return value.length > MAX_ELEMENTS;
  const keys = Object.keys(value);
  return keys.length > MAX_FIELDS || keys.some((key) => key.length > MAX_KEY_LENGTH);
}

function decode(value: unknown, leaf: (value: unknown) => unknown): unknown {
  if (!isContainer(value)) return leaf(value);
  const unpacked = Array.isArray(value) ? undefined : fromText(value);
  if (unpacked !== undefined) return decode(unpacked, leaf);
  return mapItems(value, (item) => decode(item, leaf), decodeKey);
}

/** Convex's JSON of a value. Keys stay encoded, so none of them begins with `$`, which marks what JSON does not have. */
const toText = (value: unknown): unknown =>
  isContainer(value) ? mapItems(value, toText) : convexToJson(value as Value);

/** The container that is stored as text in this object; undefined if none is. */
function fromText(value: Record<string, unknown>): unknown {
  const { [AS_TEXT]: text } = value;
  if (typeof text !== "string" || Object.keys(value).length > 1) return undefined;
  try {
    return untagged(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function untagged(value: unknown): unknown {
  if (!isContainer(value)) return value;
  const isTagged = Object.keys(value).some((key) => key.startsWith("$"));
  return isTagged ? jsonToConvex(value as JSONValue) : mapItems(value, untagged);
}

type Container = unknown[] | Record<string, unknown>;

const isContainer = (value: unknown): value is Container =>
  typeof value === "object" && value !== null && !(value instanceof ArrayBuffer);

const mapItems = (
  value: Container,
  map: (item: unknown) => unknown,
  mapKey: (key: string) => string = (key) => key,
): Container =>
  Array.isArray(value)
    ? value.map(map)
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [mapKey(key), map(item)]));

const hasToJSON = (value: object): value is { toJSON: () => unknown } =>
  "toJSON" in value && typeof value.toJSON === "function";

const isNothing = (value: unknown) =>
  value === undefined || typeof value === "function" || typeof value === "symbol";

/** A key that is stored as it is; `~` marks encoded ones. Convex takes `_` everywhere but at a document's top level. */
const PLAIN_KEY = /^(?![$~])[\x20-\x7e]+$/;

const encodeKey = (key: string) => (PLAIN_KEY.test(key) ? key : `~${encodeURIComponent(wellFormed(key))}`);

/** A key that encodeKey would not have made is no encoded one; once it encoded those that begin with `_`, too. */
function decodeKey(key: string): string {
  if (!key.startsWith("~")) return key;
  try {
    const decoded = decodeURIComponent(key.slice(1));
    return encodeKey(decoded) === key || decoded.startsWith("_") ? decoded : key;
  } catch {
    return key;
  }
}

/** Built piecewise: a spread over a large array overflows the stack. */
function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
