import rateLimiter from "@convex-dev/rate-limiter/test";
import { expect, test } from "vitest";
import { api } from "../apps/rate-limits/convex/_generated/api.js";
import { says } from "../apps/testing/test/script.js";
import { start } from "./start.js";

const modules = import.meta.glob("../apps/rate-limits/convex/**/*.ts");

test("the fourth message of a burst is refused, of this user only", async () => {
  const { t } = start(modules, []);
  rateLimiter.register(t as never);
  const [ann, bob] = ["ann", "bob"].map((subject) => t.withIdentity({ subject }));
  for (const prompt of ["1", "2", "3"]) await ann!.mutation(api.chat.createThread, { prompt });
  await expect(ann!.mutation(api.chat.createThread, { prompt: "4" })).rejects.toMatchObject({
    data: { code: "rate_limited", message: "Please wait 6 seconds." },
  });
  await bob!.mutation(api.chat.createThread, { prompt: "1" });
});

test("a user who has used the day's tokens waits for the next day", async () => {
  const { t, settle } = start(modules, [says("Hello.", 600_000)]);
  rateLimiter.register(t as never);
  const ann = t.withIdentity({ subject: "ann" });
  const threadId = await ann.mutation(api.chat.createThread, { prompt: "Hello" });
  await settle();
  await expect(ann.mutation(api.chat.sendMessage, { threadId, prompt: "Again" })).rejects.toMatchObject({
    data: { code: "rate_limited" },
  });
});
