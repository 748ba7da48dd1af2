import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

const main = path.join(import.meta.dirname, "../embedded/main.ts");

/** The embedded backend as a child process that can be killed at any moment and comes back with its data. */
export class BackendProcess {
  /** Rejects when the process ends and was not killed. */
  readonly isLost: Promise<never>;
  private readonly dataDir = mkdtempSync(path.join(tmpdir(), "durable-agents-"));
  private lose!: (error: Error) => void;
  private child: ChildProcess | null = null;
  private port = 0;

  /** @param onComplaint - called with each line that the process writes to its standard error. */
  constructor(private readonly onComplaint: (line: string) => void) {
    this.isLost = new Promise((_resolve, reject) => (this.lose = reject));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the process, after the first time on the same port, and waits until it serves. */
  async start(): Promise<void> {
    const args = ["--port", String(this.port), "--data", this.dataDir];
    const child = spawn(process.execPath, [...process.execArgv, main, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    createInterface({ input: child.stderr }).on("line", this.onComplaint);
    child.once("exit", (code, signal) => {
      if (this.child === child)
        this.lose(new Error(`The backend has ended with ${signal ?? `code ${code}`}.`));
    });
    this.port = await new Promise<number>((resolve) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        const ready = /^ready http:\/\/[^:]+:(\d+)/.exec(line);
        if (ready) resolve(Number(ready[1]));
      });
    });
  }

  /** `kill -9`: the process gets no chance to do anything. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
  }

  /** Ends the process and deletes its data. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
