// @vitest-environment node
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

/** The pages that name files of the repository, and where their paths begin. The others name files of an app. */
const PAGES: Record<string, string> = {
  "CONTRIBUTING.md": "",
  "component/README.md": "",
  "test/README.md": "test",
  "test/peers/README.md": "",
  ...Object.fromEntries(
    readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
      .filter((file) => /^(decisions|diagrams|operations)\/.*\.md$|^start\/example\.md$/.test(file))
      .map((file) => [`docs/${file}`, ""]),
  ),
};

const read = (file: string) => readFileSync(path.join(root, file), "utf8");

const FOLDERS = ["machines", "component", "src", "example", "test", "docs"];

/** The paths in backticks that begin with a folder of the repository, or of the page's own. */
function pathsOf(page: string, from: string): string[] {
  const folders = [...FOLDERS, ...(from === "" ? [] : readdirSync(path.join(root, from)))];
  const quoted = [...read(page).matchAll(/`([\w.@*/-]+)`/g)].map(([, token]) => token!);
  const isPath = (token: string) => token.includes("/") && folders.includes(token.split("/")[0]!);
  // Data of the example is not committed.
  return quoted.filter((token) => isPath(token) && !token.includes("/.data/"));
}

/** A path may end with a name in which `*` stands for anything. */
function exists(file: string): boolean {
  if (!file.includes("*")) return existsSync(file);
  const pattern = new RegExp(`^${path.basename(file).replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
  return existsSync(path.dirname(file)) && readdirSync(path.dirname(file)).some((name) => pattern.test(name));
}

const filesIn = (folder: string, pattern: RegExp): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).filter(
    (file) => !/node_modules|docs\/recipes\/apps/.test(file) && pattern.test(file),
  );

test.each(Object.entries(PAGES))("every path in %s exists", (page, from) => {
  const missing = pathsOf(page, from).filter(
    (one) => !exists(path.join(root, from, one)) && !exists(path.join(root, one)),
  );
  expect(missing).toEqual([]);
});

describe("component/README.md", () => {
  const page = read("component/README.md");

  test("names functions where they are", () => {
    const named = [...page.matchAll(/`([\w./-]+\.ts)`(?: \(|, )((?:`\w+`(?:, )?)+)/g)].flatMap(
      ([, file, names]) => [...names!.matchAll(/\w+/g)].map(([name]) => ({ file: file!, name })),
    );
    expect(named.length).toBeGreaterThan(30);
    const missing = named.filter(({ file, name }) => !new RegExp(`\\b${name}\\b`).test(read(file)));
    expect(missing).toEqual([]);
  });

  test("names every function module", () => {
    const modules = readdirSync(path.join(root, "component")).filter((name) => /^\w+\.ts$/.test(name));
    const unnamed = modules.filter((file) => !page.includes(`\`component/${file}\``));
    expect(unnamed, "say in component/README.md what they are for").toEqual([]);
  });

  test("counts the files that a message passes, each named once", () => {
    const [, life] = /## The life of a message\n([^]*?)\n## /.exec(page)!;
    const [out, back] = life!.split("And the answer's way back");
    const filesOf = (text: string) => [...text.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file]) => file!);
    const files = [...filesOf(out!), ...filesOf(back!)];
    expect(new Set(files).size).toBe(files.length);
    const counted = [/, (\d+) files:/.exec(out!)![1], /, (\d+) more:/.exec(back!)![1]];
    expect(counted.map(Number)).toEqual([filesOf(out!).length, filesOf(back!).length]);
  });
});

test("test/README.md names every test file", () => {
  const page = read("test/README.md");
  const unnamed = filesIn("test", /\.test(-d)?\.tsx?$/).filter((file) => !page.includes(`\`${file}\``));
  expect(unnamed, "say in test/README.md what they prove").toEqual([]);
});
