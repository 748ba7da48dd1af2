import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";

const CONTENT_TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".map": "application/json",
  ".woff2": "font/woff2",
};

const isFile = (file: string) => existsSync(file) && statSync(file).isFile();

/** Serves a built single-page application: a path that names no file gets index.html. */
export async function serveStatic(
  dir: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  // The URL is normalized and so has no "..", but an encoded one is left.
  const wanted = path.join(dir, path.posix.normalize(decodeURIComponent(pathname)));
  const file =
    wanted.startsWith(path.resolve(dir) + path.sep) && isFile(wanted) ? wanted : path.join(dir, "index.html");
  if (!isFile(file)) {
    response.writeHead(404).end("Not found");
    return;
  }
  const contentType = CONTENT_TYPES[path.extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { "Content-Type": contentType }).end(await readFile(file));
}
