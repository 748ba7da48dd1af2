import fc from "fast-check";
import { expect, test } from "vitest";
import { plainMessage } from "../../component/lib/errorText.js";

test.each<[string, unknown, string]>([
  ["a deployment's words", new Error("Uncaught Error: boom\n    at handler (../convex/x.ts:3:9)\n"), "boom"],
  [
    "a class of errors",
    new Error("Uncaught TypeError: x is not a function\n    at async f (a.js:1:2)"),
    "x is not a function",
  ],
  [
    "a client's words",
    new Error("[CONVEX A(chat:run)] [Request ID: 4f] Server Error\nUncaught Error: no"),
    "no",
  ],
  ["colours", new Error("\u001b[31mred\u001b[39m and \u001b]8;;https://x\u0007linked"), "red and linked"],
  [
    "a file of a person's",
    new Error("cannot read /home/ada/agent/convex/tools.ts now"),
    "cannot read (a file) now",
  ],
  ["a file of Windows", new Error("cannot read C:\\Users\\ada\\x.ts"), "cannot read (a file)"],
  ["a file's URL", new Error("cannot load file:///app/x.mjs"), "cannot load (a file)"],
  ["a place in a source", new Error("thrown in ../convex/tools/weather.ts:12:7"), "thrown in (a file)"],
  [
    "printed arguments",
    new Error(
      'ArgumentValidationError: Value does not match validator.\nPath: .city\nValue: {secret: "s3"}\nValidator: v.string()',
    ),
    "Value does not match validator.\nPath: .city",
  ],
  [
    "a printed object",
    new Error(
      'ArgumentValidationError: Object is missing the required field `a`.\n\nObject: {b: "s3"}\nValidator: v.any()',
    ),
    "Object is missing the required field `a`.",
  ],
  [
    "a printed value",
    new Error('Type validation failed: Value: {"secret":"s3"}.\nError message: city is required'),
    "Type validation failed: city is required",
  ],
  [
    "an address",
    new Error("GET https://api.example.com/v1/things failed"),
    "GET https://api.example.com/v1/things failed",
  ],
  ["an address' path", new Error("POST /v1/things: 404"), "POST /v1/things: 404"],
  ["plain text", "just so", "just so"],
  ["an object with a message", { type: "error", message: "overloaded" }, "overloaded"],
  ["an object", { code: 7 }, '{"code":7}'],
  ["nothing", undefined, "undefined"],
  ["an error without words", new Error(""), "Error"],
])("%s", (_what, error, said) => {
  expect(plainMessage(error)).toBe(said);
});

test("a long message is cut at a whole character", () => {
  const said = plainMessage(new Error("x" + "👋".repeat(1_000)));
  expect(said).toBe("x" + "👋".repeat(499));
});

test("whatever is thrown, something short is said that can be stored", () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.string({ unit: "binary", maxLength: 3_000 })), (thrown) => {
      const said = plainMessage(thrown);
      expect(said.length).toBeGreaterThan(0);
      expect(said.length).toBeLessThanOrEqual(1_000);
      expect(() => encodeURIComponent(said), "no half characters").not.toThrow();
    }),
  );
});
