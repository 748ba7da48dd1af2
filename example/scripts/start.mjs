/**
 * `npm start`: the example on the embedded backend. PORT (4310 by default, 0 for a free one) and DATA (a folder) may be
 * set. The page is built once the backend listens, so that a port or a folder in use ends it at once. A backend that is killed,
 * as from the page, is started again on the same port and folder.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ensureInstalled, NODE_TS, root, run } from "./install.mjs";

const { PORT = "4310", DATA = "example/.data/app" } = process.env;

ensureInstalled();
let url;
let backend = startBackend(PORT);
let isEnding = false;

// Neither outlives the other. Ctrl-C reaches both, and the backend ends by itself.
process.on("exit", () => backend.kill());
process.on("SIGINT", () => (isEnding = true));
process.on("SIGTERM", () => {
  isEnding = true;
  backend.kill();
});

function startBackend(port) {
  const child = spawn(
    process.execPath,
    [
      ...NODE_TS,
      ...["example/embedded/main.ts", "--killable"],
      ...["--port", port, "--data", DATA, "--static", "example/dist"],
    ],
    { cwd: root, stdio: ["inherit", "pipe", "inherit"] },
  );
  createInterface({ input: child.stdout }).on("line", onLine);
  child.on("exit", (code, signal) => {
    if (signal !== "SIGKILL" || url === undefined || isEnding) process.exit(code ?? 1);
    console.log("The backend was killed. Starting it again ...");
    backend = startBackend(new URL(url).port);
  });
  return child;
}

function onLine(line) {
  const ready = /^ready (.+)$/.exec(line)?.[1];
  if (ready === undefined) return console.log(line);
  if (url !== undefined) return console.log(`It is back at ${ready}.`);
  url = ready;
  console.log("Building the page ...");
  run(
    process.execPath,
    ["node_modules/vite/bin/vite.js", "build", "--config", "example/vite.config.ts", "--logLevel", "warn"],
    { env: { ...process.env, NODE_ENV: "production" } },
  );
  console.log(`The example is at ${url} (Ctrl-C ends it; its data stays in ${DATA}).`);
}
