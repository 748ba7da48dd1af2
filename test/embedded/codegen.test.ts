import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";

test("the real CLI generates the fixture's code offline, as it is committed", () => {
  const fixture = "test/embedded/fixture";
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--import=tsx",
      "test/scripts/codegen.ts",
      "--check",
      `--app=${fixture}/convex`,
      `--component=${fixture}/counter`,
    ],
    { cwd: path.resolve(import.meta.dirname, "../.."), encoding: "utf8" },
  );
  expect({ status, stdout }, stderr).toEqual({ status: 0, stdout: "" });
});
