import { anyApi, type ApiFromModules, type GenericDatabaseReader, type AnyDataModel } from "convex/server";
import { expect, test } from "vitest";
import { ends, says, setScript } from "../support/app/model.js";
import { setup } from "../support/harness.js";
import * as alerts from "./alerts.js";
import * as assistant from "./assistant.js";
import * as insight from "./insight.js";

const app = (anyApi as unknown as ApiFromModules<{ insight: typeof insight }>).insight;

const start = () =>
  setup({
    modules: {
      "./app/alerts.ts": () => Promise.resolve(alerts),
      "./app/assistant.ts": () => Promise.resolve(assistant),
      "./app/insight.ts": () => Promise.resolve(insight),
    },
  });

test("a thread that fails leaves an alert, in the transaction in which it fails", async () => {
  const { t, mutation, settle } = start();
  setScript([[{ throw: new Error("No idea") }]]);
  const threadId = await mutation(app.createThread, { prompt: "Go" });
  await settle(threadId);
  const found = await t.run((ctx) =>
    (ctx.db as GenericDatabaseReader<AnyDataModel>).query("alerts").collect(),
  );
  expect(found).toMatchObject([{ threadId, reason: "No idea" }]);
});

test("a thread says in words what it waits for", async () => {
  const { mutation, query, until, settle } = start();
  setScript([[{ throw: new TypeError("fetch failed") }], [...says("Hello."), ...ends()]]);
  const threadId = await mutation(app.createThread, { prompt: "Go" });
  const now = async () => (await query(app.explainThread, { threadId }))!;
  await until(async () => (await now()).state === "running.backoff");
  expect(insight.inWords(await now())).toMatch(
    /^running.backoff: waits for the next attempt until \S+Z at the latest, after: fetch failed$/,
  );
  await settle(threadId);
  expect(insight.inWords(await now())).toBe("settled.completed: waits for its user");
  expect(await query(app.getUsage, { threadId })).toMatchObject({ thread: { tokens: { total: 15 } } });
});
