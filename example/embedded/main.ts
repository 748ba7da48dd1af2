/**
 * The embedded backend as a process of its own:
 *
 *   node --import tsx --conditions=@convex-dev/component-source example/embedded/main.ts [app module] \
 *     [--port 4310] [--host 127.0.0.1] [--data example/.data] [--static example/dist] [--killable]
 *
 * EMBEDDED_APP, EMBEDDED_PORT, EMBEDDED_HOST, EMBEDDED_DATA and EMBEDDED_STATIC stand in for what is not given. `--killable` lets
 * the page that it serves kill it. It prints
 * `ready http://127.0.0.1:PORT` once it listens, or ends with exit code 1 and one line that says why it cannot. What it
 * acknowledged survives `kill -9`.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { AppDefinition } from "./definition.js";
import { startBackend } from "./server.js";
import { StartError } from "./startError.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: process.env.EMBEDDED_PORT ?? "0" },
    host: { type: "string", default: process.env.EMBEDDED_HOST },
    data: { type: "string", default: process.env.EMBEDDED_DATA },
    static: { type: "string", default: process.env.EMBEDDED_STATIC },
    killable: { type: "boolean", default: false },
  },
});
const appModule = positionals[0] ?? process.env.EMBEDDED_APP ?? path.join(import.meta.dirname, "app.ts");

// What an action leaves unhandled must not end the deployment.
process.on("unhandledRejection", (reason) => console.error("Unhandled rejection:", reason));

const { default: app } = (await import(pathToFileURL(path.resolve(appModule)).href)) as {
  default: AppDefinition;
};
const backend = await startBackend({
  ...app,
  killable: values.killable,
  port: Number(values.port),
  ...(values.host !== undefined && { host: values.host }),
  ...(values.data !== undefined && { dataDir: values.data }),
  ...(values.static !== undefined && { staticDir: values.static }),
}).catch((error: unknown) => {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exit(1);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void backend.close().then(() => process.exit(0)));
}
console.log(`ready ${backend.url}`);
