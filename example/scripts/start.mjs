/** `npm start`: the example on the embedded backend. PORT and DATA (a directory) may be set. */
import path from "node:path";
import { ensureInstalled, NODE_TS, root, run } from "./install.mjs";

const { PORT = "3210", DATA = path.join(root, "example/.data/app") } = process.env;

ensureInstalled();
run("npx", ["vite", "build", "--config", "example/vite.config.ts", "--logLevel", "warn"]);
console.log(`The example serves at http://127.0.0.1:${PORT} (Ctrl-C ends it; its data stays in ${DATA}).`);
run(process.execPath, [
  ...NODE_TS,
  "example/embedded/main.ts",
  ...["--port", PORT, "--data", DATA, "--static", "example/dist"],
]);
