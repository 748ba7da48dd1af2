import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

const repository = path.resolve(import.meta.dirname, "../..");

/** A backend process that is killed and started again on the same data and the same port. */
export class KilledBackend {
  private readonly dir = mkdtempSync(path.join(tmpdir(), "kills-"));
  /** Where tools leave their effects, outside the backend. */
  readonly effects = path.join(this.dir, "effects.txt");
  private child: ChildProcess | null = null;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it and waits until it serves. */
  async start(): Promise<void> {
    const child = this.spawn();
    this.port = await new Promise<number>((resolve, reject) => {
      createInterface(child.stdout!).on("line", (line) => {
        const ready = /^ready .*:(\d+)$/.exec(line);
        if (ready) resolve(Number(ready[1]));
      });
      child.once("exit", () => reject(new Error("The backend ended before it was ready.")));
    });
  }

  /** Starts it and kills it so soon that it may not serve yet. */
  async startAndKill(afterMs: number): Promise<void> {
    this.spawn();
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await this.kill();
  }

  private spawn(): ChildProcess {
    const child = spawn(
      process.execPath,
      [
        "--import=tsx",
        "--conditions=@convex-dev/component-source",
        "example/embedded/main.ts",
        "test/e2e/killsApp.ts",
        `--data=${path.join(this.dir, "data")}`,
        `--port=${this.port}`,
      ],
      {
        cwd: repository,
        // What interrupted functions print is no news here.
        stdio: ["ignore", "pipe", "ignore"],
        env: { ...process.env, KILLS_EFFECTS: this.effects },
      },
    );
    this.child = child;
    return child;
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await exited;
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
