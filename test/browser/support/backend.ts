import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startNode } from "./process.js";

const repository = path.resolve(import.meta.dirname, "../../..");

export interface ExampleBackend {
  url: string;
  /** Ends it as a crash does, and waits until it is gone. */
  kill: () => Promise<void>;
  /** Waits until something else has ended it. */
  isKilled: () => Promise<void>;
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
  const start = (port: number) => {
    const args = [
      "--killable",
      `--port=${port}`,
      `--data=${dataDir}`,
      ...(staticDir ? [`--static=${staticDir}`] : []),
    ];
    return startNode(
      ["--import=tsx", "--conditions=@convex-dev/component-source", "example/embedded/main.ts", ...args],
      { cwd: repository, env: { ...inherited, ...env }, ready: /^ready (.+)$/ },
    );
  };
  let running = await start(0);
  return {
    url: running.url,
    kill: () => running.kill(),
    isKilled: () => running.exited,
    restart: async () => {
      running = await start(Number(new URL(running.url).port));
    },
  };
}
