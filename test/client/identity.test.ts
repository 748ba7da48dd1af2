import { anyApi } from "convex/server";
import { createActionTool, type StepInfo } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defaultOptions, overrides } from "../support/app/agent.js";
import { calls, ends, says, setScript } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { sideEffects } from "../support/app/tools.js";
import { api, setup, sharedApi, type App } from "../support/harness.js";
import { codeOf } from "../support/inspect.js";
import { logOf } from "../support/statusChanges.js";

const answer = [...says("Done."), ...ends()];

/** Who each part of the app was told that it runs for, by the thread. */
type Told = { at: string; owner: unknown; sender: unknown };

const programmable = anyApi.programmable as Record<"handler" | "decide", never>;

/** An agent that notes for whom it runs, wherever it learns of it. Its tool fails once, and may have to be approved. */
function noting(): Map<string, Told[]> {
  const told = new Map<string, Told[]>();
  const note = (threadId: string, at: string, { owner, sender }: { owner: unknown; sender: unknown }) =>
    told.set(threadId, [...(told.get(threadId) ?? []), { at, owner, sender }]);
  const tool = createActionTool({
    description: "Notes",
    args: z.object({ key: z.string() }),
    handler: programmable.handler,
    identity: true,
    needsApproval: programmable.decide,
    retry: { shouldRetryError: programmable.decide },
  } as never);
  overrides.options = (_ctx, threadId, step) => {
    note(threadId, `options of ${step.turn}.${step.step}`, step);
    return {
      ...defaultOptions,
      tools: { tool },
      onStepFinish: (event) => void note(event.threadId, `step ${event.step}`, event),
      onTurnComplete: (event) => void note(event.threadId, "turn", event),
    };
  };
  program.run = (_ctx, { key, toolCall }) => {
    const call = toolCall as { threadId: string; attempt: number; owner: string; sender: string };
    note(call.threadId, `attempt ${call.attempt}`, call);
    if (call.attempt === 1) throw new Error("once");
    return key;
  };
  program.decide = (args) => {
    if ("error" in args) note(args.threadId as string, "classifier", args as never);
    else note(args.key as string, "approval", args.caller as never);
    return "error" in args;
  };
  return told;
}

const people = (app: App) => ({
  ann: app.t.withIdentity({ subject: "red|ann" }),
  bob: app.t.withIdentity({ subject: "red|bob" }),
  cleo: app.t.withIdentity({ subject: "blue|cleo" }),
});

describe.each([0, 15_000])("with a slice of %i ms, whose thread it is and who asks reaches", (slice) => {
  test("options, callbacks, tools, approvals, classifiers, messages and the log, with two owners at once", async () => {
    const app = setup();
    const told = noting();
    overrides.slice = slice;
    // The model calls the tool with the thread's own id, which its first message has.
    setScript((prompt) => {
      const texts = prompt.flatMap(({ role, content }) =>
        role === "user" ? content.flatMap((part) => (part.type === "text" ? [part.text] : [])) : [],
      );
      if (prompt.at(-1)!.role === "tool") return answer;
      return [...calls("tool", { key: texts[0]! }, `call-${texts.length}`), ...ends("tool-calls")];
    });
    const { ann, bob, cleo } = people(app);
    const [red, blue] = await Promise.all([
      ann.mutation(sharedApi.createThread, {}),
      cleo.mutation(sharedApi.createThread, {}),
    ]);
    await Promise.all([
      ann.mutation(sharedApi.sendMessage, { threadId: red, prompt: red }),
      cleo.mutation(sharedApi.sendMessage, { threadId: blue, prompt: blue }),
    ]);
    await app.until(
      async () => (await ann.query(sharedApi.getThread, { threadId: red }))!.status === "completed",
    );
    await bob.mutation(sharedApi.sendMessage, { threadId: red, prompt: "And me" });
    await app.settle(red);
    await app.settle(blue);

    const turnOf = (turn: number, owner: string, sender: string) => [
      { at: `options of ${turn}.1`, owner, sender },
      { at: "approval", owner, sender },
      { at: "step 1", owner, sender },
      { at: "attempt 1", owner, sender },
      { at: "classifier", owner, sender },
      { at: "attempt 2", owner, sender },
      { at: `options of ${turn}.2`, owner, sender },
      { at: "step 2", owner, sender },
      { at: "turn", owner, sender },
    ];
    expect(sorted(told.get(red)!)).toEqual(
      sorted([...turnOf(1, "red", "red|ann"), ...turnOf(2, "red", "red|bob")]),
    );
    expect(sorted(told.get(blue)!)).toEqual(sorted(turnOf(1, "blue", "blue|cleo")));

    const messages = await bob.query(sharedApi.listMessages, { threadId: red });
    expect(messages.filter(({ role }) => role === "user").map(({ sender }) => sender)).toEqual([
      "red|ann",
      "red|bob",
    ]);
    const sends = (await logOf(app, red)).filter(({ event }) => event === "SEND");
    expect(sends.map(({ sender }) => sender)).toEqual(["red|ann", "red|bob"]);
    await expect(cleo.query(sharedApi.listMessages, { threadId: red })).resolves.toEqual([]);
  });
});

test("a callback that comes late receives who asked then, whoever has steered the turn since", async () => {
  const app = setup();
  const seen: unknown[] = [];
  overrides.slice = 15_000;
  overrides.options = {
    ...defaultOptions,
    onStepFinish: async ({ step, sender }) => {
      seen.push(`${step} ${sender}`);
      await new Promise((resolve) => setTimeout(resolve, 20_000));
    },
  };
  const asks = (key: string) => [...calls("slow", { key }, key), ...ends("tool-calls")];
  setScript([asks("a"), asks("b"), answer]);
  const { ann, bob } = people(app);
  const threadId = await ann.mutation(sharedApi.createThread, { prompt: "Go" });
  await app.until(() => sideEffects.length === 2);
  await bob.mutation(sharedApi.sendMessage, { threadId, prompt: "And me", whileRunning: "steer" });
  await app.settle(threadId);
  await app.advance(60_000);
  expect(seen).toEqual(["1 red|ann", "2 red|ann", "3 red|bob"]);
});

const sorted = (told: Told[]) => told.map((one) => JSON.stringify(one)).toSorted();

test("the options of a step depend on its thread: its owner, sender, agent and metadata, the turn, the step and the attempt", async () => {
  const app = setup();
  const steps: StepInfo[] = [];
  overrides.options = (_ctx, _threadId, step) => {
    steps.push(step);
    return defaultOptions;
  };
  setScript([[{ throw: new TypeError("fetch failed") }], answer, answer]);
  const { ann } = people(app);
  const metadata = { plan: "gold" };
  const threadId = await ann.mutation(sharedApi.createThread, { prompt: "Go", metadata });
  await app.settle(threadId);
  await app.settle(await app.mutation(api.createThread, { prompt: "Go" }));
  const writeData: unknown = expect.any(Function);
  const known = { owner: "red", sender: "red|ann", agent: "helper", metadata, turn: 1 };
  expect(steps).toEqual([
    { ...known, step: 1, attempt: 1, writeData },
    { ...known, step: 2, attempt: 2, writeData },
    { owner: null, sender: null, agent: null, metadata: {}, turn: 1, step: 1, attempt: 1, writeData },
  ]);
});

describe("the metadata of messages", () => {
  test("comes with a user's message, and is made for an answer", async () => {
    const app = setup();
    setScript([answer]);
    overrides.options = {
      ...defaultOptions,
      messageMetadata: ({ usage, ...facts }) => ({ ...facts, tokens: usage.totalTokens }),
    };
    const threadId = await app.mutation(api.createThread, {
      prompt: "Hi",
      messageMetadata: { from: "page" },
    });
    await app.settle(threadId);
    await app.mutation(api.sendMessage, { threadId, prompt: "Again", metadata: { from: "phone" } });
    await app.settle(threadId);
    const messages = await app.query(api.listMessages, { threadId });
    const made = { provider: "mock-provider", model: "mock-model-id", finishReason: "stop", tokens: 15 };
    expect(messages.map(({ metadata }) => metadata)).toEqual([
      { from: "page" },
      { ...made, durationMs: expect.any(Number) as number },
      { from: "phone" },
      { ...made, durationMs: expect.any(Number) as number },
    ]);
  });

  test("of a function that throws is left out", async () => {
    const app = setup();
    setScript([answer]);
    overrides.options = {
      ...defaultOptions,
      messageMetadata: () => {
        throw new Error("no");
      },
    };
    const threadId = await app.mutation(api.createThread, { prompt: "Hi" });
    expect(await app.settle(threadId)).toMatchObject({ status: "completed" });
    const [, said] = await app.query(api.listMessages, { threadId });
    expect(said!.metadata).toBeUndefined();
  });

  test("is bounded", async () => {
    const app = setup();
    const metadata = { much: "x".repeat(9_000) };
    const threadId = await app.mutation(api.createThread, {});
    const sent = app.mutation(api.sendMessage, { threadId, prompt: "Hi", metadata });
    expect(await codeOf(sent)).toBe("metadata_too_large");
  });
});
