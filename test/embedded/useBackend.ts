import type { ConvexClient } from "convex/browser";
import { afterEach, beforeEach, vi } from "vitest";
import { type Backend, startBackend } from "../../example/embedded/server.js";
import app from "./fixture/app.js";
import { connect } from "./support.js";

/** Gives each test of a file a backend with the fixture app, in memory, and a client of it. */
export function useBackend(): { backend: Backend; client: ConvexClient } {
  const t = {} as { backend: Backend; client: ConvexClient };
  beforeEach(async () => {
    // The backend prints the errors of functions, and here they are wanted.
    vi.spyOn(console, "error").mockImplementation(() => {});
    t.backend = await startBackend(app);
    t.client = connect(t.backend.url);
  });
  afterEach(async () => {
    await t.client.close();
    await t.backend.close();
  });
  return t;
}
