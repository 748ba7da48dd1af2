import { internalMutationGeneric } from "convex/server";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { startBackend } from "../../example/embedded/server.js";
import app from "./fixture/app.js";
import { api } from "./fixture/convex/_generated/api.js";
import { connect, failureOf } from "./support.js";
import { useBackend } from "./useBackend.js";

const t = useBackend();

const NOT_FOUND = "Function handle not found";

describe.each([
  ["there is no such module", "nowhere:at_all"],
  ["there is no such export", "notes:gone"],
  ["the export is no function of Convex", "schema:default"],
])("where %s", (_what, name) => {
  test("no handle of it is created, and the mutation is undone", async () => {
    const inMutation = await failureOf(t.client.mutation(api.counting.createHandle, { name }));
    expect(inMutation?.message).toContain(NOT_FOUND);
    expect(await t.client.query(api.notes.list, {})).toEqual([]);
    const inAction = await failureOf(t.client.action(api.work.createHandle, { name }));
    expect(inAction?.message).toContain(NOT_FOUND);
  });

  test("it is not scheduled", async () => {
    const [module, functionName] = name.split(":");
    const refused = `Attempted to schedule function, but no exported function ${functionName} found in the file: ${module}.js`;
    const inMutation = await failureOf(t.client.mutation(api.counting.scheduleNamed, { name }));
    expect(inMutation?.message).toContain(refused);
    const inAction = await failureOf(t.client.action(api.work.scheduleNamed, { name }));
    expect(inAction?.message).toContain(refused);
  });
});

describe("the handle of a function that a later deploy has removed", () => {
  let handle: string;
  beforeEach(async () => {
    const gone = internalMutationGeneric({ args: {}, handler: async () => null });
    const before = await startBackend({
      ...app,
      modules: { ...app.modules, "./renamed.js": async () => ({ gone }) },
    });
    const client = connect(before.url);
    handle = await client.mutation(api.counting.createHandle, { name: "renamed:gone" });
    await client.mutation(api.counting.runHandle, { handle });
    await client.close();
    await before.close();
    vi.mocked(console.error).mockClear();
  });

  test("schedules nothing", async () => {
    const error = await failureOf(t.client.mutation(api.counting.scheduleHandle, { handle }));
    expect(error?.message).toContain(NOT_FOUND);
  });

  test("runs nothing", async () => {
    const error = await failureOf(t.client.mutation(api.counting.runHandle, { handle }));
    expect(error?.message).toContain(NOT_FOUND);
  });
});
