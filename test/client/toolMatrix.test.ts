import workpoolTest from "@convex-dev/workpool/test";
import { anyApi } from "convex/server";
import { agentErrorData } from "convex-durable-agents";
import { describe, expect, test } from "vitest";
import { program } from "../support/app/programmable.js";
import { deploy } from "../deployment/deployment.js";
import type { CrashPlan } from "../support/crash.js";
import { api, setup, type App } from "../support/harness.js";
import { rowCounts } from "../support/inspect.js";
import { callsTool, setAsyncTool, setSyncTool } from "../support/tool.js";

type Kind = "sync" | "async" | "approval";
type Fate =
  | "ok"
  | "throws"
  | "times out"
  | "executor dies before"
  | "executor dies after"
  | "result late"
  | "result twice"
  | "stop"
  | "delete";

/** What a cell comes to: the thread's status, the call's state, how often the handler had its effect, and what was refused. */
interface Outcome {
  status: string | null;
  state: string | null;
  ran: number;
  refused?: string;
}

const ERROR = { status: "completed", state: "output-error" };
const DONE = { status: "completed", state: "output-available", ran: 1 };
const STOPPED = { status: "stopped", state: "output-error" };
const GONE = { status: null, state: null };

const EXPECTED: Record<Fate, Record<Kind, Outcome>> = {
  ok: { sync: DONE, async: DONE, approval: DONE },
  throws: { sync: { ...ERROR, ran: 3 }, async: { ...ERROR, ran: 3 }, approval: { ...ERROR, ran: 3 } },
  "times out": { sync: { ...ERROR, ran: 1 }, async: { ...ERROR, ran: 1 }, approval: { ...ERROR, ran: 1 } },
  "executor dies before": {
    sync: { ...ERROR, ran: 0 },
    async: { ...ERROR, ran: 0 },
    approval: { ...ERROR, ran: 0 },
  },
  "executor dies after": {
    sync: { ...ERROR, ran: 1 },
    async: { ...ERROR, ran: 1 },
    approval: { ...ERROR, ran: 1 },
  },
  "result late": {
    sync: { ...STOPPED, ran: 1 },
    async: { ...STOPPED, ran: 1, refused: "tool_call_settled" },
    approval: { ...STOPPED, ran: 1 },
  },
  "result twice": {
    sync: { ...DONE, refused: "tool_call_not_async" },
    async: { ...DONE, refused: "tool_call_settled" },
    approval: { ...DONE, refused: "tool_call_not_async" },
  },
  stop: {
    sync: { ...STOPPED, ran: 1 },
    async: { ...STOPPED, ran: 1 },
    approval: { ...STOPPED, ran: 0, refused: "tool_call_not_awaiting_approval" },
  },
  delete: { sync: { ...GONE, ran: 1 }, async: { ...GONE, ran: 1 }, approval: { ...GONE, ran: 0 } },
};

const answer = (app: App) => app.mutation(api.addToolResult, { toolCallId: "a", result: "answered" });
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "accepted",
    (error: unknown) => agentErrorData(error)?.code,
  );

function setTool(kind: Kind, fate: Fate): void {
  const timeoutMs = fate === "times out" ? 5_000 : undefined;
  if (kind === "async") setAsyncTool({ timeoutMs });
  else setSyncTool({ timeoutMs, needsApproval: kind === "approval" });
}

/** Takes the one call of a thread to its fate, lets much time pass, and says what came of it. */
async function live(
  kind: Kind,
  fate: Fate,
  via: "the scheduler" | "a workpool" | "a simulated deployment",
): Promise<Outcome> {
  const dies = fate === "executor dies before" || fate === "executor dies after";
  const when = fate === "executor dies after" ? "after" : "before";
  const crash: CrashPlan = { at: dies ? 1 : Infinity, when, calls: 0, only: "runAction" };
  const app = via === "a simulated deployment" ? deploy({ crash }) : setup({ crash });
  if (via === "a workpool")
    for (const name of ["agentWorkpool", "toolWorkpool"]) workpoolTest.register(app.t, name);
  let ran = 0;
  program.run = async () => {
    ran += 1;
    if (fate === "throws") throw new Error("no");
    const isSlow = kind !== "async" && ["times out", "result late", "stop", "delete"].includes(fate);
    if (isSlow) await new Promise((resolve) => setTimeout(resolve, 60_000));
    return "answered";
  };
  setTool(kind, fate);
  callsTool("a");
  const create =
    via === "a workpool" ? (anyApi.pooled!.createThread as typeof api.createThread) : api.createThread;
  const threadId = await app.mutation(create, { prompt: "Go" });
  const status = async () => (await app.query(api.getThread, { threadId }))?.status ?? null;
  const ended = { stop: api.stopThread, delete: api.deleteThread, "result late": api.stopThread }[
    fate as string
  ];

  await app.until(async () => (await status()) !== "streaming");
  const isUnapproved = kind === "approval" && (fate === "stop" || fate === "delete");
  if (kind === "approval" && !isUnapproved) await app.mutation(api.approveToolCall, { toolCallId: "a" });
  if (ended && !isUnapproved) await app.until(() => ran === 1);
  if (ended) await app.mutation(ended, { threadId });
  else if (kind === "async" && (fate === "ok" || fate === "result twice")) {
    await app.until(() => ran === 1);
    await answer(app);
  }

  await app.advance(300_000);
  let refused: string | undefined;
  if (fate === "result twice" || (fate === "result late" && kind === "async"))
    refused = await codeOf(answer(app));
  if (fate === "stop" && kind === "approval")
    refused = await codeOf(app.mutation(api.approveToolCall, { toolCallId: "a" }));
  await app.advance(300_000);
  if (fate === "delete") expect(await rowCounts(app), "nothing is left").toEqual({});
  const parts = (await app.query(api.listMessages, { threadId })).flatMap((message) => message.parts);
  const calls = parts.filter((part) => "toolCallId" in part);
  expect(calls.length, "one outcome").toBeLessThanOrEqual(1);
  return { status: await status(), state: calls[0]?.state ?? null, ran, ...(refused && { refused }) };
}

describe.each(["the scheduler", "a workpool", "a simulated deployment"] as const)("through %s", (via) => {
  describe.each(["sync", "async", "approval"] as const)("a call of kind %s", (kind) => {
    test.each(Object.keys(EXPECTED) as Fate[])("%s", async (fate) => {
      expect(await live(kind, fate, via)).toEqual(EXPECTED[fate][kind]);
    });
  });
});
