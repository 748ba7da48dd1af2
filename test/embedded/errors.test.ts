import { ConvexHttpClient } from "convex/browser";
import { ConvexReactClient } from "convex/react";
import { anyApi, componentsGeneric } from "convex/server";
import { defineAgentApi, type ComponentApi } from "convex-durable-agents";
import { describeError } from "convex-durable-agents/react";
import { describe, expect, test, vi } from "vitest";
import WebSocket from "ws";
import example from "../../example/embedded/app.js";
import { startBackend } from "../../example/embedded/server.js";
import app from "./fixture/app.js";
import { api } from "./fixture/convex/_generated/api.js";
import { connect, failureOf } from "./support.js";

/** What a real client of a deployment gets of a failure, over a socket and over HTTP. */
async function failures(how: "convexError" | "error", redactErrors: boolean): Promise<Error[]> {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const backend = await startBackend({ ...app, redactErrors });
  const webSocketConstructor = WebSocket as unknown as typeof globalThis.WebSocket;
  const react = new ConvexReactClient(backend.url, { logger: false, webSocketConstructor });
  const http = new ConvexHttpClient(backend.url, { logger: false });
  const failed = [
    await failureOf(react.mutation(api.notes.refuse, { how })),
    await failureOf(http.mutation(api.notes.refuse, { how })),
  ];
  await react.close();
  await backend.close();
  return failed.map((error) => error!);
}

describe.each([
  ["a development deployment", false],
  ["a production deployment", true],
])("of %s", (_which, redactErrors) => {
  test("a ConvexError keeps its data, however it arrives", async () => {
    for (const error of await failures("convexError", redactErrors))
      expect(describeError(error)).toEqual({ code: "REFUSED", message: "The server refused this." });
  });

  test("another error has a message without Convex's prefixes and its stack", async () => {
    for (const error of await failures("error", redactErrors)) {
      expect(error.message).toContain("[Request ID: ");
      const { code, message } = describeError(error);
      expect(code).toBe("server_error");
      if (redactErrors) expect(message).toMatch(/^Something went wrong on the server\. /);
      else expect(message).toBe("plain refusal");
    }
  });
});

test("a client of a production deployment sees which stream handler does not exist, at once", async () => {
  const { durableAgents } = componentsGeneric() as unknown as { durableAgents: ComponentApi };
  const agent = defineAgentApi(durableAgents, anyApi.chat!.chatAgentHandle as never);
  const modules = { ...example.modules, "./mistaken.js": async () => agent };
  const backend = await startBackend({ ...example, modules, redactErrors: true });
  const client = connect(backend.url);
  const error = await failureOf(
    client.mutation(anyApi.mistaken!.createThread as never, { prompt: "Hi" } as never),
  );
  expect(describeError(error)).toEqual({
    code: "stream_handler_not_found",
    message: expect.stringMatching(/^The stream handler chat:chatAgentHandle does not exist\. /) as string,
  });
  await client.close();
  await backend.close();
});
