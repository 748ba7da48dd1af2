import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import type { JSONValue } from "convex/values";
import { lockDataDir } from "./dataDirLock.js";
import { StartError } from "./startError.js";

/** A client's mutation and what it answered, kept so that a resend is answered and not run again. */
export interface LoggedRequest {
  key: string;
  ts: string;
  result: JSONValue;
}

/** One line of the log: one commit, or a part of the snapshot that compaction leaves. */
export interface LogEntry {
  ts: string;
  /** Documents by component and id; null where deleted. */
  documents?: Record<string, Record<string, JSONValue>>;
  request?: LoggedRequest;
  /** By component: the next document number, so that ids of deleted documents are not given out again. */
  nextDocIds?: Record<string, number>;
}

function parse(file: string): LogEntry[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, index) => {
    if (line === "") return [];
    try {
      return [JSON.parse(line) as LogEntry];
    } catch (error) {
      // A process killed while it wrote leaves half a line at the end, which nobody was told was committed.
      if (index === lines.length - 1) return [];
      throw new StartError(
        `${file}:${index + 1} is damaged; delete the folder ${path.dirname(file)} to start afresh.`,
        { cause: error },
      );
    }
  });
}

/**
 * The commit log of a data directory. An append is one write, done before a commit is acknowledged; it reaches the
 * operating system and so survives the death of this process, though not that of the machine.
 */
export class CommitLog {
  readonly #file: string;
  readonly #unlock: () => void;
  #descriptor: number | undefined;

  constructor(dataDir: string) {
    this.#unlock = lockDataDir(dataDir);
    this.#file = path.join(dataDir, "commits.jsonl");
  }

  read(): LogEntry[] {
    return existsSync(this.#file) ? parse(this.#file) : [];
  }

  /** Replaces the log by a shorter one with the same outcome, and opens it for appending. */
  compact(entries: Iterable<LogEntry>): void {
    const next = `${this.#file}.next`;
    writeFileSync(next, [...entries].map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    renameSync(next, this.#file);
    this.#descriptor = openSync(this.#file, "a");
  }

  append(entry: LogEntry): void {
    if (this.#descriptor === undefined) throw new Error("The commit log is closed.");
    appendFileSync(this.#descriptor, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#unlock();
  }
}
