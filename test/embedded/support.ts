import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { ConvexClient } from "convex/browser";
import type { ConvexError } from "convex/values";
import type { FunctionReference, FunctionReturnType, OptionalRestArgs } from "convex/server";

const repository = path.resolve(import.meta.dirname, "../..");

/** Polls until the condition holds, with an upper bound that only a failure reaches. */
export async function until<T>(probe: () => T | Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const value = await probe();
    if (holds(value)) return value;
    if (Date.now() > deadline) throw new Error(`Still waiting; last seen: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const connect = (url: string) => new ConvexClient(url, { logger: false });

/** Follows a query; `values` grows with each update. */
export function follow<Query extends FunctionReference<"query">>(
  client: ConvexClient,
  query: Query,
  ...[args]: OptionalRestArgs<Query>
): { values: FunctionReturnType<Query>[]; errors: Error[]; stop: () => void } {
  const values: FunctionReturnType<Query>[] = [];
  const errors: Error[] = [];
  const stop = client.onUpdate(
    query,
    args ?? {},
    (value) => values.push(value),
    (error) => errors.push(error),
  );
  return { values, errors, stop };
}

/** What a call that is to fail failed with. */
export const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error as ConvexError<string>,
  );

export const temporaryDir = () => mkdtempSync(path.join(tmpdir(), "embedded-"));

/** A backend in a process of its own, to be killed. */
export async function spawnBackend(dataDir: string, port = 0) {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      "--import=tsx",
      "--conditions=@convex-dev/component-source",
      "example/embedded/main.ts",
      "test/embedded/fixture/app.ts",
      `--data=${dataDir}`,
      `--port=${port}`,
    ],
    { cwd: repository, stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout!).on("line", (line) => {
      if (line.startsWith("ready ")) resolve(line.slice("ready ".length));
    });
    void exited.then(() => reject(new Error("The backend ended before it was ready.")));
  });
  return {
    url,
    port: Number(new URL(url).port),
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
