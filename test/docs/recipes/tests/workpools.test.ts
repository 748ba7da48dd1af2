import workpool from "@convex-dev/workpool/test";
import { expect, test } from "vitest";
import { api } from "../apps/workpools/convex/_generated/api.js";
import { calls, says } from "../apps/testing/test/script.js";
import { start } from "./start.js";

const modules = import.meta.glob("../apps/workpools/convex/**/*.ts");

test("steps and tools run in their pools", async () => {
  const { t, settle } = start(modules, [calls("get_weather", { location: "Oslo" }), says("Sunny.")]);
  for (const name of ["agentWorkpool", "toolWorkpool"]) workpool.register(t as never, name);
  const ann = t.withIdentity({ subject: "ann" });
  const threadId = await ann.mutation(api.chat.createThread, { prompt: "Oslo?" });
  await settle();
  expect(await ann.query(api.chat.getThread, { threadId })).toMatchObject({ status: "completed" });
});
