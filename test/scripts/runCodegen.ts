import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { startCodegenServer } from "./codegenServer.js";

/** The CLI's hidden `--url` and `--admin-key` skip choosing a deployment, and with it accounts and network. */
export async function runCodegen(cwd: string, args: string[] = []): Promise<void> {
  const evaluated = mkdtempSync(path.join(tmpdir(), "codegen-push-"));
  const server = await startCodegenServer(evaluated);
  const convex = createRequire(path.join(cwd, "package.json")).resolve("convex/package.json");
  const cli = path.join(path.dirname(convex), "bin/main.js");
  const flags = ["--url", server.url, "--admin-key", "offline", "--typecheck", "disable"];
  const child = spawn(process.execPath, [cli, "codegen", ...flags, ...args], { cwd, stdio: "inherit" });
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  server.close();
  rmSync(evaluated, { recursive: true, force: true });
  if (code !== 0) throw new Error(`convex codegen ${args.join(" ")} failed with exit code ${code}`);
}
