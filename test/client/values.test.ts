import { decodeValue, encodeValue } from "convex-durable-agents";
import { convexToJson, jsonToConvex, type Value } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isSameValue, storable, toArguments, toJson } from "../../component/lib/storable.js";
import { CALL, checkLimits, DOCUMENT } from "../support/convexLimits.js";

const BYTES = new Uint8Array([1, 2, 3]).buffer;

/** Lists in lists, so many levels deep. */
const nested = (levels: number, inside: unknown = "deep"): unknown =>
  levels === 0 ? inside : [nested(levels - 1, inside)];

const fields = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`field ${index}`, index]));

/** What comes back from a deployment. */
const overTheWire = (value: unknown): unknown => jsonToConvex(convexToJson(value as Value));

test.each([
  ["null", null],
  ["numbers", [0, -1.5, 1e300]],
  ["nested lists and objects", { a: [{ b: [] }, {}] }],
  ["what Convex has and JSON has not", [7n, -(2n ** 63n), NaN, Infinity, -Infinity, -0, BYTES]],
  ["keys that begin with $, _ or ~", { $ref: 1, _id: 2, "~": 3, "~%24": 4, "~x": 5, "~json": "[1]" }],
  ["a key that only looks encoded", { "~json": 1, "~%zz": 2 }],
  ["what is nested as deep as it may be", nested(12)],
  ["what is nested deeper than a document", [nested(13), { a: nested(40) }, nested(1_000)]],
  ["what is nested, with all that JSON has not", nested(20, { n: 7n, x: NaN, $k: BYTES, "~y": -0 })],
  ["more fields than an object may have", { a: fields(1_025) }],
  ["more elements than a list may have", { a: Array.from({ length: 8_193 }, (_, index) => ({ index })) }],
  ["a key longer than a field's name may be", { a: { ["k".repeat(1_025)]: 1, ["é".repeat(400)]: 2 } }],
  ["keys beyond ASCII, empty, or with control characters", { naïve: 1, 日本: 2, "": 3, "a\nb": 4, "%": 5 }],
])("%s survive storage", (_what, value) => {
  const stored = encodeValue(value);
  expect(() => checkLimits("It", { row: [stored] }, DOCUMENT)).not.toThrow();
  expect(decodeValue(overTheWire(stored))).toEqual(value);
  expect(() => JSON.stringify(toJson(stored))).not.toThrow();
});

test("keys that Convex takes stay readable in the database", () => {
  expect(encodeValue({ "plain key": 1, $odd: 2, _id: 3 })).toEqual({
    "plain key": 1,
    "~%24odd": 2,
    _id: 3,
  });
});

test.each<[string, unknown, unknown]>([
  [
    "undefined, functions and symbols in an object are left out",
    { a: undefined, b: () => 1, c: Symbol("s"), d: 1 },
    { d: 1 },
  ],
  ["undefined in a list becomes null", [undefined, 1], [null, 1]],
  ["undefined alone becomes null", undefined, null],
  ["a date becomes its ISO string", new Date(0), "1970-01-01T00:00:00.000Z"],
  ["a bigint beyond 64 bits becomes its digits", 12345678901234567890n, "12345678901234567890"],
  ["a map becomes an object", new Map([["a", new Map([["$b", 1]])]]), { a: { "~%24b": 1 } }],
  ["a set becomes a list", new Set([1, 2]), [1, 2]],
  ["bytes become a buffer", new Uint8Array([1, 2, 3]), BYTES],
  ["a part of a buffer becomes a buffer of that part", new Uint8Array([0, 1, 2, 3]).subarray(1), BYTES],
  ["half a character is replaced", ["a\ud83d", "\ude00b", "😀"], ["a\ufffd", "\ufffdb", "😀"]],
  [
    "an instance becomes its own properties",
    new (class {
      x = 1;
    })(),
    { x: 1 },
  ],
  ["an object says itself what it is in JSON", { toJSON: () => ({ $a: 1 }) }, { "~%24a": 1 }],
])("%s", (_what, value, stored) => {
  expect(encodeValue(value)).toEqual(stored);
});

test("a value that appears twice is stored twice, and one that contains itself is refused", () => {
  const shared = { a: 1 };
  expect(encodeValue([shared, shared])).toEqual([shared, shared]);
  const circular: Record<string, unknown> = {};
  circular.self = [circular];
  expect(() => encodeValue(circular)).toThrow("contains itself");
});

test("what Convex has and JSON has not becomes text for the model", () => {
  const stored = { n: 7n, bytes: BYTES, list: [1n, NaN, Infinity, -Infinity], "~%24k": null };
  const list = ["1", "NaN", "Infinity", "-Infinity"];
  expect(toJson(stored)).toEqual({ n: "7", bytes: "AQID", list, $k: null });
});

test("large bytes do not overflow the stack", () => {
  expect(toJson(new ArrayBuffer(300_000))).toHaveLength(400_000);
});

test.each([
  { "~%zz": 1 },
  { "~x": 1 },
  { "~json": "[1" },
  { "~json": '{"$bytes":1}' },
  { "~json": "[1]", a: 1 },
])("what encodeValue has not made is decoded as it is: %j", (value) => {
  expect(decodeValue(value)).toEqual(value);
  expect(toJson(value)).toEqual(value);
});

test("a value that a client has encoded is stored once encoded, and so is one that it has not", () => {
  const value = { $ref: [1], "~x": nested(20) };
  expect(storable(encodeValue(value))).toEqual(encodeValue(value));
  expect(decodeValue(storable({ "~x": 1 }))).toEqual({ "~x": 1 });
});

test("a function's arguments are unpacked as far as Convex lets it have them", () => {
  expect(toArguments(encodeValue({ a: nested(30), $b: 1 }))).toEqual({ a: nested(30), "~%24b": 1 });
  const arguments_ = toArguments(encodeValue({ a: nested(100) }));
  expect(() => checkLimits("It", arguments_, CALL)).not.toThrow();
  expect(decodeValue(arguments_)).toEqual({ a: nested(100) });
});

test("values are compared whatever is in them", () => {
  expect(isSameValue({ a: 7n, b: BYTES, c: NaN }, { a: 7n, b: BYTES.slice(), c: NaN })).toBe(true);
  expect(isSameValue({ a: 7n }, { a: 8n })).toBe(false);
  expect(isSameValue(undefined, null)).toBe(false);
});

const text = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    fc.constantFrom("a", "$", "_", "~", "%"),
  ),
});

/** Any value of models or tools: deep, wide, with any keys and leaves. */
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(
      text,
      fc.double(),
      fc.constantFrom<unknown>(null, true, NaN, Infinity, -Infinity, -0),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.uint8Array().map((bytes) => bytes.slice().buffer),
    ),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4 }),
    fc.tuple(fc.integer({ min: 1, max: 60 }), tie("value")).map(([levels, inside]) => nested(levels, inside)),
    fc.constantFrom<unknown>(
      fields(1_030),
      Array.from({ length: 8_200 }, () => 0),
    ),
  ),
})).value;

/** The text as UTF-8 has it. */
const whole = (text: string): string =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));

/** The value with whole characters only, which is all that encoding does to such values. */
function withWholeText(value: unknown): unknown {
  if (typeof value === "string") return whole(value);
  if (Array.isArray(value)) return value.map(withWholeText);
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [whole(key), withWholeText(item)]));
}

test("any value is stored, comes back, and can be sent to a model", () => {
  fc.assert(
    fc.property(anything, (value) => {
      const stored = encodeValue(value);
      checkLimits("It", { row: [stored] }, { ...DOCUMENT, bytes: Infinity });
      const back = decodeValue(overTheWire(stored));
      expect(back).toEqual(withWholeText(value));
      expect(encodeValue(back)).toEqual(stored);
      expect(storable(stored)).toEqual(stored);
      const json = JSON.stringify(toJson(stored));
      expect(JSON.stringify(JSON.parse(json))).toBe(json);
    }),
    { numRuns: 100 },
  );
});
