import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const heldHere = new Set<string>();

function isRunning(pid: number): boolean {
  try {
    // A process killed while it wrote its id leaves none, and 0 would stand for this process's own group.
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Keeps a second backend out of a data directory, where it would replace the log under the first; answers the release. */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const file = path.resolve(dataDir, "pid");
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
  if (heldHere.has(file) || (pid !== undefined && pid !== process.pid && isRunning(pid))) {
    throw new Error(
      `${dataDir} is in use by the backend in process ${pid}; if there is none, delete ${file}.`,
    );
  }
  writeFileSync(file, `${process.pid}`);
  heldHere.add(file);
  return () => {
    if (heldHere.delete(file)) rmSync(file, { force: true });
  };
}
