import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const main = path.join(import.meta.dirname, "../embedded/main.ts");

/** The embedded backend as a child process that can be killed at any moment and comes back with its data. */
export class BackendProcess {
  private readonly dataDir = mkdtempSync(path.join(tmpdir(), "durable-agents-"));
  private child: ChildProcess | null = null;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the process, after the first time on the same port, and waits until it serves. */
  async start(): Promise<void> {
    const args = ["--port", String(this.port), "--data", this.dataDir];
    const child = spawn(process.execPath, [...process.execArgv, main, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.child = child;
    this.port = await new Promise<number>((resolve, reject) => {
      child.stdout.on("data", (output: Buffer) => {
        const ready = /ready http:\/\/[^:]+:(\d+)/.exec(output.toString());
        if (ready) resolve(Number(ready[1]));
      });
      child.once("exit", (code) =>
        reject(new Error(`The backend ended with code ${code} before it served.`)),
      );
    });
  }

  /** `kill -9`: the process gets no chance to do anything. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null) return;
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
