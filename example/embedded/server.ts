import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { WebSocketServer } from "ws";
import { type Convex, openConvex } from "./convex.js";
import { startCrons } from "./crons.js";
import type { AppDefinition } from "./definition.js";
import { Files } from "./files.js";
import { Functions } from "./functions.js";
import { handleApi, handleFiles } from "./http.js";
import { Jobs } from "./jobs.js";
import { handleKill } from "./killSwitch.js";
import { CommitLog } from "./log.js";
import { refuseMissingFunctions } from "./functionHandles.js";
import { Reads, writtenTables } from "./reads.js";
import { listenError } from "./startError.js";
import { serveStatic } from "./staticFiles.js";
import { Store } from "./store.js";
import { SyncSession } from "./sync.js";

export interface BackendOptions extends AppDefinition {
  /** Where commits are kept; without it all is lost when the backend closes. */
  dataDir?: string;
  /** 0, the default, takes a free port. */
  port?: number;
  host?: string;
  /** Send clients the data of a ConvexError alone, as a production deployment does. Default: false. */
  redactErrors?: boolean;
  /** A built web application to serve beside the API. */
  staticDir?: string;
  /** Let that application kill this process, for a demonstration. Default: false. */
  killable?: boolean;
  /** Environment variables of the functions, set for the whole process. */
  env?: Record<string, string>;
}

export interface Backend {
  url: string;
  port: number;
  /** Stops at once, as a crash would: what is running is not waited for, and nothing more is committed. */
  close(): Promise<void>;
}

const SYNC_PATH = /^\/api\/[^/]+\/sync$/;

/**
 * Starts a stand-in for a Convex deployment: convex-test behind the protocol of the real clients. For development and
 * tests only: identities are not verified, and transactions run one at a time, without conflicts.
 *
 * @throws StartError if the port or the data directory cannot be used.
 */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  Object.assign(process.env, options.env);
  const convex = await openConvex(options);
  const log = options.dataDir === undefined ? undefined : new CommitLog(options.dataDir);
  try {
    return await serve(convex, log, options);
  } catch (error) {
    log?.close();
    throw error;
  }
}

async function serve(convex: Convex, log: CommitLog | undefined, options: BackendOptions): Promise<Backend> {
  const host = options.host ?? "127.0.0.1";
  const staticDir = options.staticDir === undefined ? undefined : path.resolve(options.staticDir);
  const store = new Store(convex, log);
  const functions = new Functions(convex, store, new Reads(convex, store), options.redactErrors ?? false);
  const files = new Files(convex, store, options.dataDir);
  const jobs = new Jobs(convex, store);
  refuseMissingFunctions(convex);
  const sessions = new Set<SyncSession>();

  const server = createServer((request, response) => {
    const handle = async () => {
      if (options.killable && handleKill(request, response)) return;
      if (await handleFiles(files, request, response)) return;
      if (await handleApi(functions, request, response)) return;
      if (staticDir !== undefined) await serveStatic(staticDir, request, response);
      else response.writeHead(404).end("This embedded Convex backend serves no web application.");
    };
    handle().catch((error: unknown) => {
      console.error(error);
      response.writeHead(500).end();
    });
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    if (!SYNC_PATH.test(request.url ?? "")) return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const session = new SyncSession(webSocket, functions);
      sessions.add(session);
      webSocket.on("close", () => sessions.delete(session));
    });
  });
  store.onCommit((commit) => {
    const tables = writtenTables(commit);
    for (const session of sessions) session.tablesWritten(tables);
  });

  const wanted = options.port ?? 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(wanted, host, resolve);
  }).catch((error: Error) => {
    throw listenError(error, wanted, host);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://${host}:${port}`;
  files.origin = url;
  await jobs.start();
  const stopCrons = await startCrons(convex);
  return {
    url,
    port,
    close: async () => {
      stopCrons();
      jobs.stop();
      store.close();
      for (const webSocket of sockets.clients) webSocket.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
