import { register } from "@convex-dev/rate-limiter/test";
import { anyApi, type ApiFromModules } from "convex/server";
import { expect, test } from "vitest";
import * as agent from "../support/app/agent.js";
import { ends, says, setScript } from "../support/app/model.js";
import { setup } from "../support/harness.js";
import { codeOf } from "../support/inspect.js";
import * as quota from "./quota.js";

const app = (anyApi as unknown as ApiFromModules<{ quota: typeof quota }>).quota;

test("a user who sends too often is refused for a while, and others are not", async () => {
  const { t, settle, advance } = setup({
    modules: {
      "./app/quota.ts": () => Promise.resolve(quota),
      "./app/chat.ts": () => Promise.resolve({ handler: agent.handler }),
    },
  });
  register(t);
  setScript(() => [...says("Yes."), ...ends()]);
  const [ann, bob] = ["ann", "bob"].map((subject) => t.withIdentity({ subject }));
  const threadId = await ann!.mutation(app.createThread, { prompt: "One" });
  await ann!.mutation(app.sendMessage, { threadId, prompt: "Two" });
  const third = () => ann!.mutation(app.sendMessage, { threadId, prompt: "Three" });
  expect(await codeOf(third())).toBe("rate_limited");
  await bob!.mutation(app.createThread, { prompt: "Hello" });
  await advance(10_000);
  await third();
  await settle(threadId);
  const messages = await ann!.query(app.listMessages, { threadId });
  expect(messages.filter(({ role }) => role === "user")).toHaveLength(3);
});
