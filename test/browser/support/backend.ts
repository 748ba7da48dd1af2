import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

const repository = path.resolve(import.meta.dirname, "../../..");

export interface ExampleBackend {
  url: string;
  /** Ends it as a crash does, and waits until it is gone. */
  kill: () => Promise<void>;
  /** Starts it again after a kill, with the same data and at the same address. */
  restart: () => Promise<void>;
}

/**
 * The example on the embedded backend, in a process of its own.
 *
 * @param staticDir - the built page that it serves.
 * @param env - what its functions find in their environment; the keys of real models are not handed down.
 */
export async function startExample(
  staticDir?: string,
  env: Record<string, string> = {},
): Promise<ExampleBackend> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "example-data-"));
  const { OPENAI_API_KEY: _key, AI_GATEWAY_API_KEY: _gateway, ...inherited } = process.env;
  const start = async (port: number) => {
    const args = [`--port=${port}`, `--data=${dataDir}`, ...(staticDir ? [`--static=${staticDir}`] : [])];
    const child = spawn(
      process.execPath,
      ["--import=tsx", "--conditions=@convex-dev/component-source", "example/embedded/main.ts", ...args],
      { cwd: repository, stdio: ["ignore", "pipe", "inherit"], env: { ...inherited, ...env } },
    );
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const url = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).on("line", (line) => {
        if (line.startsWith("ready ")) resolve(line.slice("ready ".length));
      });
      void exited.then(() => reject(new Error("The backend ended before it was ready.")));
    });
    const kill = async () => {
      child.kill("SIGKILL");
      await exited;
    };
    return { url, kill };
  };
  let running = await start(0);
  return {
    url: running.url,
    kill: () => running.kill(),
    restart: async () => {
      running = await start(Number(new URL(running.url).port));
    },
  };
}
