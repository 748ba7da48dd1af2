import { anyApi } from "convex/server";
import { ConvexError } from "convex/values";
import {
  createActionTool,
  createAsyncTool,
  isToolCallWanted,
  type AgentTools,
  type ToolCallIdentity,
} from "convex-durable-agents";
import { z } from "zod";
import { DEATHS, type Faults } from "../../deployment/actions.js";
import { sleep } from "../../deployment/chance.js";
import { deploy } from "../../deployment/deployment.js";
import { component, defaultOptions, overrides } from "../../support/app/agent.js";
import { calls, ends, says, setScript, type ModelStep } from "../../support/app/model.js";
import { program } from "../../support/app/programmable.js";
import { api } from "../../support/harness.js";
import { recordingPools } from "./pools.js";
import { sentIn, type Sent } from "./sent.js";

const handler = anyApi.programmable!.handler as never;
const decide = anyApi.programmable!.decide as never;
const args = z.object({ key: z.string() });
const description = "A tool of this test";

const sync = (options: object = {}) => createActionTool({ description, args, handler, ...options });
const asked = (options: object = {}) => createAsyncTool({ description, args, callback: handler, ...options });

/** One tool for each option that changes what is sent. */
const TOOLS: AgentTools = {
  plain: sync(),
  once: sync({ retry: false, keepInForks: false }),
  identified: sync({ identity: true }),
  // As createMcpTools makes them.
  served: {
    ...sync({ identity: true, needsApproval: true, storeLargeResults: true }),
    nameForHandler: "search",
  },
  large: sync({ storeLargeResults: true }),
  patient: sync({ retry: { backoff: { strategy: "exponential", initialDelayMs: 100 }, onCrash: true } }),
  classified: sync({ retry: { shouldRetryError: decide, backoff: { delayMs: 100 } } }),
  limited: sync({ timeoutMs: 5_000 }),
  approved: sync({ needsApproval: true, approvalTimeoutMs: 60_000 }),
  asked: asked({ timeoutMs: 60_000 }),
  askedIdentified: asked({ identity: true }),
};

/** What the tools' handlers do, by the keys that they are called with. */
const failed = new Set<string>();
const RUNS: Record<string, (ctx: unknown, args: Record<string, unknown>) => unknown> = {
  throwsOnce: (_ctx, { key }) => {
    if (failed.has(key as string)) return "ok";
    failed.add(key as string);
    throw new Error("not yet");
  },
  throws: () => {
    throw new Error("no");
  },
  refuses: () => {
    throw new ConvexError({ code: "closed", message: "We are closed." });
  },
  isLarge: () => "x".repeat(300_000),
  isSlow: () => sleep(10_000),
  looksUp: (ctx, { toolCall }) => isToolCallWanted(ctx as never, component, toolCall as ToolCallIdentity),
};

/** A step that calls tools, each by its name and the key of what its handler does. */
const callsTools = (...wanted: [tool: keyof typeof TOOLS, key: string][]): ModelStep => [
  ...wanted.flatMap(([tool, key]) => calls(String(tool), { key }, `${tool}-${key}`)),
  ...ends("tool-calls"),
];

/** A handler's run that dies, and one that never begins the first time. */
function handlerFaults(): Faults {
  let isFull = true;
  return ({ kind, args: { key } }) => {
    if (kind !== "runAction") return null;
    if (key === "dies") return { type: "callee dies", message: DEATHS[0]! };
    if (key !== "waits" || !isFull) return null;
    isFull = false;
    return { type: "fails", message: "Too many concurrent requests, your deployment is limited to 64." };
  };
}

async function runTools(wanted: Parameters<typeof callsTools>, create = api.createThread, modules = {}) {
  const app = deploy({ faults: handlerFaults(), modules });
  failed.clear();
  overrides.options = { ...defaultOptions, tools: TOOLS };
  program.run = (ctx, given) => {
    const { key } = (given.args ?? given) as { key: string };
    return RUNS[key]?.(ctx, given) ?? "ok";
  };
  setScript([callsTools(...wanted), [...says("Done."), ...ends()]]);
  const threadId = await app.mutation(create, { prompt: "Go" });
  return { app, threadId };
}

/** Turns with tools of all kinds and fates. */
export const toolScenes: Record<string, () => Promise<Sent[]>> = {
  "tools that run": async () => {
    const { app, threadId } = await runTools([
      ["plain", "ok"],
      ["plain", "throwsOnce"],
      ["plain", "refuses"],
      ["plain", "dies"],
      ["plain", "waits"],
      ["once", "throws"],
      ["identified", "looksUp"],
      ["large", "isLarge"],
      ["patient", "dies"],
      ["classified", "throwsOnce"],
      ["limited", "isSlow"],
    ]);
    await app.settle(threadId);
    return sentIn(app);
  },
  "tools that do not exist": async () => {
    const { app, threadId } = await runTools([["none", "ok"]]);
    await app.settle(threadId);
    return sentIn(app);
  },
  "tools that wait for people": async () => {
    const { app, threadId } = await runTools([
      ["approved", "ok"],
      ["approved", "late"],
      ["asked", "answered"],
      ["asked", "late"],
      ["askedIdentified", "moved"],
      ["served", "throwsOnce"],
    ]);
    await app.advance(10_000);
    await app.mutation(api.approveToolCall, { toolCallId: "approved-ok" });
    await app.mutation(api.approveToolCall, { toolCallId: "served-throwsOnce" });
    await app.mutation(api.addToolResult, { toolCallId: "asked-answered", result: 42 });
    await app.mutation(api.moveToolCallDeadline, { toolCallId: "askedIdentified-moved", ms: 5_000 });
    await app.settle(threadId);
    return sentIn(app);
  },
  "a step with more calls than the watchdog looks at in one go": async () => {
    const many = Array.from({ length: 260 }, (_, i) => ["approved", `${i}`] as [string, string]);
    const { app } = await runTools(many);
    await app.advance(30_000);
    return sentIn(app);
  },
  "a turn in workpools": async () => {
    const pools = recordingPools();
    const { app, threadId } = await runTools(
      [
        ["plain", "ok"],
        ["classified", "throwsOnce"],
      ],
      pools.createThread,
      pools.modules,
    );
    await app.settle(threadId);
    return [...(await sentIn(app)), ...pools.sent];
  },
};
