import type { IncomingMessage, ServerResponse } from "node:http";
import type { JSONValue } from "convex/values";
import { version } from "convex";
import { identityFromToken } from "./auth.js";
import type { Files } from "./files.js";
import type { Caller, Functions, Outcome, Watched } from "./functions.js";
import { encodeTs } from "./timestamp.js";

/** Convex's status for a function that threw. */
const FUNCTION_FAILED = 560;

async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function callerOf(request: IncomingMessage): Caller {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  return token === undefined ? null : identityFromToken(token);
}

function allowAnyOrigin(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Access-Control-Allow-Origin", request.headers.origin ?? "*");
  response.setHeader("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, Convex-Client");
}

async function run(
  functions: Functions,
  type: string,
  caller: Caller,
  body: string,
): Promise<Outcome | undefined> {
  const { path, args } = JSON.parse(body) as { path: string; args: JSONValue };
  if (type === "mutation") return (await functions.mutation(caller, { path, args })).outcome;
  if (type === "action") return functions.action(caller, { path, args });
  const query: Watched = { path, args, journal: null, tables: new Set() };
  await functions.queries(caller, [query]);
  return query.outcome;
}

/** Answers file storage: uploads, and files at their URLs; false for a path that is no part of it. */
export async function handleFiles(
  files: Files,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (!url.pathname.startsWith("/api/storage/")) return false;
  allowAnyOrigin(request, response);
  if (request.method === "OPTIONS") {
    response.writeHead(204).end();
  } else if (request.method === "POST" && url.pathname === "/api/storage/upload") {
    const contentType = request.headers["content-type"];
    const storageId = await files.upload(url, {
      bytes: new Uint8Array(await readBody(request)),
      contentType,
    });
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ storageId }));
  } else {
    const file = files.at(url.pathname);
    if (!file) response.writeHead(404).end("File not found");
    else
      response
        .writeHead(200, { "Content-Type": file.contentType ?? "application/octet-stream" })
        .end(file.bytes);
  }
  return true;
}

/** Answers the HTTP API of a deployment; false for a path that is no part of it. */
export async function handleApi(
  functions: Functions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (pathname !== "/version" && !pathname.startsWith("/api/")) return false;
  allowAnyOrigin(request, response);
  const answer = (status: number, value: unknown) =>
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
  const type = /^\/api\/(query|query_at_ts|mutation|action)$/.exec(pathname)?.[1];
  if (request.method === "OPTIONS") {
    response.writeHead(204).end();
  } else if (pathname === "/version") {
    response.end(version);
  } else if (pathname === "/api/query_ts") {
    answer(200, { ts: encodeTs(await functions.queries(null, [])) });
  } else if (type !== undefined && request.method === "POST") {
    try {
      const { success, ...rest } = (await run(
        functions,
        type,
        callerOf(request),
        (await readBody(request)).toString(),
      ))!;
      answer(success ? 200 : FUNCTION_FAILED, {
        status: success ? "success" : "error",
        ...rest,
        logLines: [],
      });
    } catch (error) {
      answer(400, { code: "BadRequest", message: String(error) });
    }
  } else {
    answer(404, {
      code: "NotFound",
      message: `The embedded backend does not answer ${request.method} ${pathname}.`,
    });
  }
  return true;
}
