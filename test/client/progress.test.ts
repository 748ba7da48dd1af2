import { reportProgress, type ToolCallIdentity } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { component, overrides } from "../support/app/agent.js";
import { program } from "../support/app/programmable.js";
import { api, setup, type App } from "../support/harness.js";
import { codeOf } from "../support/inspect.js";
import { callsTool, setSyncTool } from "../support/tool.js";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const toolPart = async (app: App, threadId: string) => {
  const messages = await app.query(api.listMessages, { threadId });
  return messages.flatMap(({ parts }) => parts).find((part) => "toolCallId" in part)!;
};

/** What a client that follows the call receives. */
const followed = async (app: App, threadId: string) => {
  const streamArgs = { kind: "toolCall" as const, turn: 1, step: 1, index: 0 };
  return (await app.query(api.listMessagesWithStreams, { threadId, streamArgs })).toolCall;
};

/** A thread whose tool does this. */
async function running(
  run: (report: (data: unknown) => Promise<boolean>, attempt: number) => Promise<unknown>,
) {
  const app = setup();
  setSyncTool({ identity: true } as never);
  program.run = (ctx, { toolCall }) => {
    const call = toolCall as ToolCallIdentity;
    return run((data) => reportProgress(ctx, component, call, data), call.attempt);
  };
  callsTool("a");
  return { app, threadId: await app.mutation(api.createThread, { prompt: "Go" }) };
}

describe.each([0, 15_000])("with a slice of %i ms", (slice) => {
  test("a running tool's progress is seen as preliminary output, once each, and replaced by the outcome", async () => {
    const told: boolean[] = [];
    overrides.slice = slice;
    const { app, threadId } = await running(async (report) => {
      for (const page of [1, 2]) {
        told.push(await report({ page, $of: 2n }));
        await wait(5_000);
      }
      return "done";
    });
    overrides.slice = slice;
    await app.until(() => told.length === 1);
    const preliminary = { state: "output-available", preliminary: true };
    expect(await toolPart(app, threadId)).toMatchObject({ ...preliminary, output: { page: 1 } });
    expect(await followed(app, threadId)).toMatchObject({ ...preliminary, output: { page: 1 } });
    await app.until(() => told.length === 2);
    expect(await followed(app, threadId)).toMatchObject({ ...preliminary, output: { page: 2 } });
    await app.settle(threadId);
    expect(told).toEqual([true, true]);
    const part = await toolPart(app, threadId);
    expect(part).toMatchObject({ state: "output-available", output: "done" });
    expect(part).not.toHaveProperty("preliminary");
  });

  test("after a stop nothing is reported any more, and the tool learns of it", async () => {
    const told: boolean[] = [];
    const { app, threadId } = await running(async (report) => {
      told.push(await report("first"));
      await wait(5_000);
      told.push(await report("second"));
    });
    overrides.slice = slice;
    await app.until(() => told.length === 1);
    await app.mutation(api.stopThread, { threadId });
    await app.settle(threadId);
    await app.advance(60_000);
    expect(told).toEqual([true, false]);
    expect(await toolPart(app, threadId)).toMatchObject({ state: "output-error" });
  });

  test("an attempt that is superseded tells nothing, and the next begins with nothing told", async () => {
    const told: [number, boolean][] = [];
    let late: (() => Promise<boolean>) | undefined;
    const { app, threadId } = await running(async (report, attempt) => {
      if (attempt === 1) {
        told.push([attempt, await report("of the first")]);
        late = () => report("too late");
        throw new Error("once");
      }
      await wait(5_000);
      told.push([attempt, await late!()]);
      return "done";
    });
    overrides.slice = slice;
    await app.until(
      async () => (await app.query(api.explainThread, { threadId }))!.pendingCalls.calls[0]?.attempt === 2,
    );
    await app.advance(2_000);
    expect(await toolPart(app, threadId)).toMatchObject({ state: "input-available" });
    await app.settle(threadId);
    expect(told).toEqual([
      [1, true],
      [2, false],
    ]);
  });
});

test("progress that comes faster than readers need it is left out, and what is too large is refused", async () => {
  const codes: unknown[] = [];
  const { app, threadId } = await running(async (report) => {
    for (let page = 1; page <= 50; page++) await report(page);
    codes.push(await codeOf(report("x".repeat(1_100_000))));
    await wait(5_000);
    return "done";
  });
  await app.until(() => codes.length === 1);
  expect(codes).toEqual(["result_too_large"]);
  expect(await toolPart(app, threadId)).toMatchObject({ preliminary: true, output: 1 });
  await app.settle(threadId);
});
