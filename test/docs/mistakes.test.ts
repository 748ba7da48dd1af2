import { ConvexReactClient } from "convex/react";
import { anyApi, type ApiFromModules } from "convex/server";
import { agentErrorData, defineAgentApi } from "convex-durable-agents";
import { expect, test, vi } from "vitest";
import page from "../../docs/start/mistakes.md?raw";
import { component, overrides } from "../support/app/agent.js";
import { owned } from "../support/app/owned.js";
import { api, setup } from "../support/harness.js";

type Agents = ApiFromModules<{ mistaken: typeof owned; owned: typeof owned }>;
const agents = anyApi as unknown as Agents;

/** The page has this message, and so has what was seen. */
function expectDescribed(message: string, seen: string | undefined): void {
  expect(page).toContain(`\`${message}\``);
  expect(seen).toContain(message);
}

const messageOf = async (call: Promise<unknown>): Promise<string | undefined> =>
  agentErrorData(await call.catch((error: unknown) => error))?.message;

test("a stream handler that does not exist", async () => {
  const agent = defineAgentApi(component, anyApi.agent!.respond as never);
  const { mutation } = setup({ modules: { "./app/mistaken.ts": () => Promise.resolve(agent) } });
  expectDescribed(
    "The stream handler agent:respond does not exist. Export respond from convex/agent.ts",
    await messageOf(mutation(agents.mistaken.createThread, { prompt: "Go" })),
  );
});

test.each([
  ["production", "Unauthenticated. Configure AI_GATEWAY_API_KEY or use a provider module."],
  ["development", "Unauthenticated request to AI Gateway."],
])("a model that is named by a string, without a key of the AI Gateway, in %s", async (env, message) => {
  vi.stubEnv("AI_GATEWAY_API_KEY", "");
  vi.stubEnv("NODE_ENV", env);
  const { mutation, settle } = setup();
  overrides.options = { model: "anthropic/claude-haiku-4.5" };
  const thread = await settle(await mutation(api.createThread, { prompt: "Hello" }));
  expect(thread?.error?.code).toBe("api_key_missing");
  expectDescribed(message, thread?.error?.message);
});

test("nobody who is signed in", async () => {
  const { mutation } = setup({ modules: { "./app/owned.ts": () => Promise.resolve(owned) } });
  expectDescribed(
    "Only a user with an identity can create a thread.",
    await messageOf(mutation(agents.owned.createThread, {})),
  );
});

test("a thread of somebody else", async () => {
  const { mutation } = setup();
  expectDescribed(
    "There is no thread",
    await messageOf(mutation(api.sendMessage, { threadId: "somebody-elses", prompt: "Go" })),
  );
});

test("a page that does not know its deployment", () => {
  const create = () => new ConvexReactClient(undefined as never);
  expect(page).toContain("### `No address provided to ConvexReactClient.`");
  expect(create).toThrow("No address provided to ConvexReactClient.");
});
