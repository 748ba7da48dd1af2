import { ConvexHttpClient } from "convex/browser";
import { componentsGeneric, defineSchema, mutationGeneric } from "convex/server";
import { ConvexError, v } from "convex/values";
import { describe, expect, test } from "vitest";
import { startBackend } from "../../example/embedded/server.js";
import app from "./fixture/app.js";
import { api, internal } from "./fixture/convex/_generated/api.js";
import { failureOf, follow, until } from "./support.js";
import { useBackend } from "./useBackend.js";

const t = useBackend();

describe("errors", () => {
  test("a ConvexError reaches the client with its data, and nothing is written", async () => {
    const error = await failureOf(t.client.mutation(api.notes.refuse, { how: "convexError" }));
    expect(error).toBeInstanceOf(ConvexError);
    expect(error?.data).toEqual({ code: "REFUSED", size: 3n });
    expect(await t.client.query(api.notes.list, {})).toEqual([]);
  });

  test("another error reaches the client with its message", async () => {
    const error = await failureOf(t.client.mutation(api.notes.refuse, { how: "error" }));
    expect(error).not.toBeInstanceOf(ConvexError);
    expect(error?.message).toContain("Uncaught Error: plain refusal");
  });

  test("wrong arguments and wrong return values fail the call, and nothing is written", async () => {
    const wrong = await failureOf(t.client.mutation(api.notes.add, { text: 1 as never }));
    expect(wrong?.message).toContain("Expected `string`");
    const returned = await failureOf(t.client.mutation(api.notes.addAndReturnWrongly, {}));
    expect(returned?.message).toContain("Return value validation failed");
    expect(await t.client.query(api.notes.list, {})).toEqual([]);
  });

  test("Convex's limits hold", async () => {
    const error = await failureOf(t.client.mutation(api.notes.scheduleMany, { count: 1001 }));
    expect(error?.message).toContain("limit: 1000");
    expect(await t.client.query(api.notes.list, {})).toEqual([]);
  });

  test("a document over 1 MiB is refused", async () => {
    const error = await failureOf(t.client.mutation(api.notes.add, { text: "x".repeat(1 << 20) }));
    expect(error?.message).toContain("too large");
  });

  test("internal, unknown and mistaken functions are refused", async () => {
    const calls = [
      t.client.mutation(internal.notes.addInternal as never, { text: "x" } as never),
      t.client.mutation("notes:missing" as never, {} as never),
      t.client.mutation("nowhere:at_all" as never, {} as never),
    ];
    for (const call of calls)
      expect((await failureOf(call))?.message).toContain("Could not find public function");
    const mistaken = await failureOf(t.client.mutation(api.notes.list as never, {} as never));
    expect(mistaken?.message).toContain("as a mutation, which it is not");
    const query = follow(t.client, internal.notes.listInternal as never);
    await until(
      () => query.errors.length,
      (n) => n === 1,
    );
    expect(query.errors[0]?.message).toContain("Could not find public function");
  });
});

describe("components", () => {
  test("the app calls the component, which schedules itself and calls back through a handle", async () => {
    expect(await t.client.mutation(api.counting.increment, { name: "n", by: 2 })).toBe(2);
    await t.client.mutation(api.counting.incrementThenTell, { name: "n", by: 3 });
    const notes = follow(t.client, api.notes.list);
    await until(
      () => notes.values.at(-1),
      (value) => value?.[0] === "n +3",
    );
    expect(await t.client.query(api.counting.read, { name: "n" })).toBe(5);
  });

  test("the component schedules an action of the app and follows its job", async () => {
    const jobId = await t.client.mutation(api.counting.scheduleWork, {
      text: "w",
      delayMs: 0,
      durationMs: 100,
    });
    const state = follow(t.client, api.counting.jobState, { jobId });
    await until(
      () => state.values.at(-1),
      (value) => value === "success",
    );
    expect(await t.client.query(api.notes.list, {})).toEqual(["w begins", "w ends"]);
  });

  test("cancelling is part of the transaction; far-future jobs wait", async () => {
    const delayMs = 60 * 24 * 3600 * 1000;
    const jobId = await t.client.mutation(api.counting.incrementLater, { name: "n", by: 1, delayMs });
    const state = () => t.client.query(api.counting.jobState, { jobId });
    await failureOf(t.client.mutation(api.counting.cancelJob, { jobId, thenFail: true }));
    expect(await state()).toBe("pending");
    await t.client.mutation(api.counting.cancelJob, { jobId, thenFail: false });
    expect(await state()).toBe("canceled");
    expect(await t.client.query(api.counting.read, { name: "n" })).toBe(0);
  });

  test("a commit of the component's own action reaches the app's subscriptions", async () => {
    const count = follow(t.client, api.counting.read, { name: "n" });
    await until(
      () => count.values.length,
      (n) => n === 1,
    );
    await t.client.mutation(api.counting.incrementByAction, { name: "n", by: 1 });
    await until(
      () => count.values.at(-1),
      (value) => value === 1,
    );
    expect(count.errors).toEqual([]);
  });

  test("an action schedules and cancels", async () => {
    await t.client.action(api.work.noteLater, { text: "later" });
    await until(
      () => t.client.query(api.notes.list, {}),
      (notes) => notes.length === 1,
    );
  });

  test("a component within a component", async () => {
    const inner = componentsGeneric().counter!;
    const relay = {
      increment: mutationGeneric({
        args: { by: v.number() },
        handler: async (ctx, { by }): Promise<number> =>
          ctx.runMutation(inner.counters!.increment as never, { name: "deep", by } as never),
      }),
    };
    const outer = componentsGeneric().relay!;
    const main = {
      increment: mutationGeneric({
        handler: async (ctx): Promise<number> =>
          ctx.runMutation(outer.relay!.increment as never, { by: 4 } as never),
      }),
    };
    const modules = (module: object) => ({ "./_generated/api.js": async () => ({}), ...module });
    const nested = await startBackend({
      schema: defineSchema({}),
      modules: modules({ "./main.js": async () => main }),
      components: [
        { path: "relay", schema: defineSchema({}), modules: modules({ "./relay.js": async () => relay }) },
        { ...app.components[0]!, path: "relay/counter" },
      ],
    });
    const http = new ConvexHttpClient(nested.url, { logger: false });
    expect(await http.mutation("main:increment" as never)).toBe(4);
    expect(await http.mutation("main:increment" as never)).toBe(8);
    await nested.close();
  });

  test("a job scheduled by a transaction that fails never exists", async () => {
    await failureOf(t.client.mutation(api.counting.scheduleAndFail, { name: "n" }));
    await t.client.mutation(api.counting.incrementThenTell, { name: "n", by: 1 });
    const notes = follow(t.client, api.notes.list);
    await until(
      () => notes.values.at(-1)?.length,
      (n) => n === 1,
    );
    expect(notes.values.at(-1)).toEqual(["n +1"]);
  });
});
