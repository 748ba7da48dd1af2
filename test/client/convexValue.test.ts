import { decodeValue, encodeValue } from "convex-durable-agents";
import { convexToJson, type Value } from "convex/values";
import { expect, test } from "vitest";
import { toJson } from "../../src/values/convexValue.js";

test.each([
  ["null", null],
  ["numbers", [0, -1.5, 1e300]],
  ["nested lists and objects", { a: [{ b: [] }, {}] }],
  ["keys that begin with $, _ or ~", { $ref: 1, _id: 2, "~": 3, "~%24": 4 }],
  ["keys beyond ASCII, empty, or with control characters", { naïve: 1, 日本: 2, "": 3, "a\nb": 4, "%": 5 }],
])("%s survive storage", (_what, value) => {
  const stored = encodeValue(value);
  expect(() => convexToJson(stored as Value)).not.toThrow();
  expect(decodeValue(stored)).toEqual(value);
  expect(toJson(stored)).toEqual(value);
});

test("keys that Convex takes stay readable in the database", () => {
  expect(encodeValue({ "plain key": 1, $odd: 2 })).toEqual({ "plain key": 1, "~%24odd": 2 });
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
  ["a bigint becomes its digits", 12345678901234567890n, "12345678901234567890"],
  ["a map becomes an object", new Map([["a", new Map([["$b", 1]])]]), { a: { "~%24b": 1 } }],
  ["a set becomes a list", new Set([1, 2]), [1, 2]],
  ["bytes become base64", new Uint8Array([1, 2, 3]), "AQID"],
  ["a buffer becomes base64", new Uint8Array([1, 2, 3]).buffer, "AQID"],
  ["a part of a buffer is encoded as that part", new Uint8Array([0, 1, 2, 3]).subarray(1), "AQID"],
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
  const stored = { n: 7n, bytes: new Uint8Array([1, 2, 3]).buffer, list: [1n], "~%24k": null };
  expect(toJson(stored)).toEqual({ n: "7", bytes: "AQID", list: ["1"], $k: null });
});

test("large bytes do not overflow the stack", () => {
  expect(encodeValue(new Uint8Array(300_000))).toHaveLength(400_000);
});
