/**
 * `npm start`: the example on the embedded backend. PORT (4310 by default, 0 for a free one) and DATA (a folder) may be
 * set. The page is built once the backend listens, so that a port or a folder in use ends it at once.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ensureInstalled, NODE_TS, root, run } from "./install.mjs";

const { PORT = "4310", DATA = "example/.data/app" } = process.env;

ensureInstalled();
const backend = spawn(
  process.execPath,
  [...NODE_TS, "example/embedded/main.ts", ...["--port", PORT, "--data", DATA, "--static", "example/dist"]],
  { cwd: root, stdio: ["inherit", "pipe", "inherit"] },
);
// Neither outlives the other. Ctrl-C reaches both, and the backend ends by itself.
backend.on("exit", (code) => process.exit(code ?? 1));
process.on("exit", () => backend.kill());
process.on("SIGINT", () => {});
process.on("SIGTERM", () => backend.kill());

createInterface({ input: backend.stdout }).on("line", (line) => {
  const url = /^ready (.+)$/.exec(line)?.[1];
  if (url === undefined) return console.log(line);
  console.log("Building the page ...");
  run(
    process.execPath,
    ["node_modules/vite/bin/vite.js", "build", "--config", "example/vite.config.ts", "--logLevel", "warn"],
    { env: { ...process.env, NODE_ENV: "production" } },
  );
  console.log(`The example is at ${url} (Ctrl-C ends it; its data stays in ${DATA}).`);
});
