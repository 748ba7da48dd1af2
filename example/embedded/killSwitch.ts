import type { IncomingMessage, ServerResponse } from "node:http";

const PATH = "/demo/kill";

/** No page of another site can send it without being allowed to, which it is not. */
const HEADER = "x-demo";

/**
 * Lets the demonstration's own page end this process as `kill -9` does: a GET says that it may, a POST does it. Whoever started
 * the process starts it again.
 */
export function handleKill(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url !== PATH) return false;
  const isMeant = request.headers[HEADER] !== undefined;
  if (request.method === "GET") response.writeHead(200, { "Content-Type": "application/json" }).end("true");
  else if (request.method !== "POST" || !isMeant) response.writeHead(405).end();
  else response.writeHead(202).end(() => process.kill(process.pid, "SIGKILL"));
  return true;
}
