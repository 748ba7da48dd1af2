import { spawn, type SpawnOptions } from "node:child_process";
import { createInterface } from "node:readline";

export interface Running {
  /** What `ready` found in the output. */
  readonly url: string;
  /** Resolves when the process has ended, by whomever. */
  readonly exited: Promise<void>;
  /** Ends the process as a crash does, and waits until it is gone. */
  kill: () => Promise<void>;
}

/**
 * Starts Node and waits until it says where it can be reached.
 *
 * @param ready - its first group is the URL in the line that says so.
 */
export async function startNode(
  args: string[],
  { ready, ...options }: SpawnOptions & { ready: RegExp },
): Promise<Running> {
  const child = spawn(process.execPath, args, { ...options, stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      const found = ready.exec(line)?.[1];
      if (found) resolve(found);
    });
    void exited.then(() => reject(new Error(`${args.join(" ")} ended before it was ready.`)));
  });
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return { url, exited, kill };
}
