import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { StartError } from "./startError.js";

const heldHere = new Set<string>();

function isRunning(pid: number): boolean {
  try {
    // A process killed while it wrote its id leaves none, and 0 would stand for this process's own group.
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * Keeps a second backend out of a data directory, where it would replace the log under the first.
 *
 * @returns a function that releases the directory.
 * @throws StartError if another process has it.
 */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const file = path.resolve(dataDir, "pid");
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
  if (heldHere.has(file) || (pid !== undefined && pid !== process.pid && isRunning(pid))) {
    throw new StartError(
      `The data folder ${dataDir} is in use by process ${pid}. End that process, or start a second example next to ` +
        `it: PORT=4311 DATA=example/.data/second npm start (if the process is something else, delete ${file})`,
    );
  }
  writeFileSync(file, `${process.pid}`);
  heldHere.add(file);
  return () => {
    if (heldHere.delete(file)) rmSync(file, { force: true });
  };
}
