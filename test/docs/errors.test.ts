// @vitest-environment node
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

const described = [...read("docs/api/errors.md").matchAll(/^### ([a-z_]+)$/gm)].map(([, code]) => code!);

/** The alternatives of a union of strings. */
function union(file: string, name: string): string[] {
  const [, text] = new RegExp(`type ${name} =([^;]+);`).exec(read(file))!;
  return [...text!.matchAll(/"(\w+)"/g)].map(([, code]) => code!);
}

/** The codes of outcomes, which have no type of their own: what the sources write as a code. */
const outcomes = ["machines", "component", "src"].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.includes("_generated"))
    .flatMap((file) => [...read(`${folder}/${file}`).matchAll(/\b(?:code(?: =|:) |rejected\()"([a-z_]+)"/g)])
    .map(([, code]) => code!),
);
const failures = [...read("src/handler/stepFailure.ts").matchAll(/ [?:]? ?"([a-z]+_[a-z_]+)"/g)].map(
  ([, code]) => code!,
);

const codes = [
  ...union("component/lib/errors.ts", "ErrorCode"),
  ...union("component/lib/errors.ts", "DefinitionErrorCode"),
  ...union("src/follow/describeError.ts", "ClientErrorCode"),
  ...outcomes,
  ...failures,
];

test("each code has a heading of its own, with a cause and a cure", () => {
  expect(failures).toContain("provider_error");
  expect(codes.filter((code) => !described.includes(code))).toEqual([]);
});

test("no code is described that is not there any more", () => {
  expect(described.filter((code) => !codes.includes(code))).toEqual([]);
});

test("each code is described once", () => {
  expect(described.filter((code, index) => described.indexOf(code) !== index)).toEqual([]);
});
