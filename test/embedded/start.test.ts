import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { spawnBackend, temporaryDir } from "./support.js";

const repository = path.resolve(import.meta.dirname, "../..");
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill();
});

/** What `npm start` runs, with what it has printed so far. */
function start(env: { PORT: string; DATA: string }) {
  const child = spawn(process.execPath, ["example/scripts/start.mjs"], {
    cwd: repository,
    env: { ...process.env, ...env },
  });
  children.push(child);
  const printed = { stdout: "", stderr: "" };
  child.stdout.on("data", (text: Buffer) => (printed.stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (printed.stderr += text.toString()));
  const exitCode = new Promise<number | null>((resolve) => child.once("close", resolve));
  /** Resolves once the words are printed, or with null when the process has ended without them. */
  const says = (words: RegExp) =>
    Promise.race([
      new Promise<RegExpExecArray>((resolve) =>
        child.stdout.on("data", () => {
          const found = words.exec(printed.stdout);
          if (found) resolve(found);
        }),
      ),
      exitCode.then(() => null),
    ]);
  return { child, printed, exitCode, says };
}

const isRefused = (url: string) =>
  fetch(url).then(
    () => false,
    () => true,
  );

describe("npm start", () => {
  test("prints the address of the page once it is there, and no warning", async () => {
    const { child, printed, exitCode, says } = start({ PORT: "0", DATA: temporaryDir() });
    const url = (await says(/The example is at (\S+)/))?.[1];
    expect(printed.stderr).toBe("");
    expect(printed.stdout.trim().split("\n")).toEqual([
      "Building the page ...",
      expect.stringMatching(/^The example is at http:\/\/127\.0\.0\.1:\d+ \(/) as string,
    ]);
    expect(await (await fetch(url!)).text()).toContain('<div id="root">');
    child.kill("SIGTERM");
    await exitCode;
    expect(await isRefused(url!)).toBe(true);
  });

  test("starts a backend again that its page has killed, and ends with it otherwise", async () => {
    const { child, printed, exitCode, says } = start({ PORT: "0", DATA: temporaryDir() });
    const url = (await says(/The example is at (\S+)/))![1]!;
    const kill = (headers: Record<string, string>) => fetch(`${url}/demo/kill`, { method: "POST", headers });
    expect((await kill({})).status, "another site's page cannot set a header").toBe(405);
    expect((await kill({ "X-Demo": "kill" })).status).toBe(202);
    expect((await says(/It is back at (\S+)\./))![1]).toBe(url);
    expect(await (await fetch(url)).text()).toContain('<div id="root">');
    expect(printed.stderr).toBe("");
    child.kill("SIGTERM");
    expect(await exitCode).toBe(0);
    expect(await isRefused(url)).toBe(true);
  });

  test("says in one line that its port is in use, and what to do", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { printed, exitCode } = start({ PORT: String(port), DATA: temporaryDir() });
    expect(await exitCode).toBe(1);
    expect(printed).toEqual({
      stdout: "",
      stderr: expect.stringMatching(new RegExp(`^Port ${port} is in use.* PORT=\\d+ npm start\n$`)) as string,
    });
    server.close();
  });

  test("says in one line that its data folder is in use, and what to do", async () => {
    const dataDir = temporaryDir();
    const backend = await spawnBackend(dataDir);
    const { printed, exitCode } = start({ PORT: "0", DATA: dataDir });
    expect(await exitCode).toBe(1);
    expect(printed).toEqual({
      stdout: "",
      stderr: expect.stringMatching(/^The data folder .* DATA=\S+ npm start[^\n]*\n$/) as string,
    });
    await backend.kill();
  });

  test("installs without a warning about scripts: each package that has some is allowed or denied", () => {
    const read = (file: string): unknown => JSON.parse(readFileSync(path.join(repository, file), "utf8"));
    const { packages } = read("package-lock.json") as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    const { allowScripts } = read("package.json") as { allowScripts: Record<string, boolean> };
    const withScripts = Object.keys(packages).filter((name) => packages[name]!.hasInstallScript);
    expect(
      withScripts
        .map((name) => name.replace(/^.*node_modules\//, ""))
        .filter((name) => !(name in allowScripts)),
    ).toEqual([]);
  });
});
