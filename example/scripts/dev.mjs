/**
 * `npm run dev`: the example on a Convex deployment of yours. The CLI asks which one the first time, and pushes
 * `example/convex` at each change; Vite serves the page.
 */
import { spawn } from "node:child_process";
import { ensureInstalled, root, run } from "./install.mjs";

ensureInstalled();
// The deployment gets the component as the package ships it.
run("npm", ["run", "build"]);

const commands = [
  ["npx", ["convex", "dev"]],
  ["npx", ["vite", "--config", "example/vite.config.ts"]],
];
const children = commands.map(([command, args]) => spawn(command, args, { cwd: root, stdio: "inherit" }));
for (const child of children)
  child.on("exit", (code) => {
    for (const other of children) other.kill();
    process.exitCode ??= code ?? 1;
  });
