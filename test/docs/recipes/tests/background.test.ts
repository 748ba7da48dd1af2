import { expect, test, vi } from "vitest";
import { api, internal } from "../apps/background/convex/_generated/api.js";
import schema from "../apps/background/convex/schema.js";
import { says } from "../apps/testing/test/script.js";
import { start } from "./start.js";

const modules = import.meta.glob("../apps/background/convex/**/*.ts");
const report = { title: "Tea", findings: ["It is hot."] };

test("a report is stored in the app's table, and delivered once", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const { t, settle } = start(modules, [says(JSON.stringify(report))], schema);
  const reportId = await t.mutation(internal.reports.start, { topic: "tea", key: "a" });
  expect(await t.query(api.reports.get, { reportId })).toMatchObject({ outcome: { kind: "running" } });
  await settle();
  expect(await t.query(api.reports.get, { reportId })).toMatchObject({
    outcome: { kind: "done", ...report },
  });
  expect(log).toHaveBeenCalledExactlyOnceWith("Tea: 1 findings");
});

test("a report whose answer does not parse has failed", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const { t, settle } = start(modules, [says("Tea?"), says("Tea!"), says("Tea.")], schema);
  const reportId = await t.mutation(internal.reports.start, { topic: "tea", key: "a" });
  await settle();
  expect(await t.query(api.reports.get, { reportId })).toMatchObject({ outcome: { kind: "failed" } });
});

test("a cron that runs twice starts one report", async () => {
  const { t, settle } = start(modules, [says(JSON.stringify(report))], schema);
  await t.mutation(internal.reports.morning, {});
  await t.mutation(internal.reports.morning, {});
  await settle();
  expect(await t.run((ctx) => ctx.db.query("reports").collect())).toHaveLength(1);
});
