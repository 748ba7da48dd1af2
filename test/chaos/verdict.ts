import type { LanguageModelV3Prompt } from "@ai-sdk/provider";
import type { MessageDoc } from "convex-durable-agents";
import { replayThread } from "convex-durable-agents/machines";
import { expect } from "vitest";
import { modelCalls } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import { CANCELLED, checkTranscript } from "../support/checkTranscript.js";
import { api } from "../support/harness.js";
import { pendingJobs, rowCounts } from "../support/inspect.js";
import { isChain, logOf, statusChangesOf } from "../support/statusChanges.js";
import type { KnownThread, Scene } from "./scene.js";

/** No thread takes longer, whatever happened to it: three attempts at a step, each after a lapsed lease. */
const LONG = 30 * 60_000;

/** Lets time pass, with what is still planned for it; people answer what they are asked. */
export async function settleAll(scene: Scene): Promise<void> {
  for (const thread of scene.threads) {
    const deadline = Date.now() + LONG;
    while (await scene.isRunning(thread)) {
      const before = Date.now();
      await scene.app.advance(10_000, async () => !(await scene.isRunning(thread)));
      const answered = await answerAll(scene, thread);
      if (!(await scene.isRunning(thread))) break;
      const isStuck = Date.now() === before && answered === 0;
      expect(isStuck, `${thread.name} is running, and nothing is under way`).toBe(false);
      expect(Date.now(), `${thread.name} has not settled in half an hour`).toBeLessThan(deadline);
    }
  }
  await scene.app.advance(LONG);
}

/** Answers every call of a thread that waits for a person; says how many there were. */
async function answerAll(scene: Scene, thread: KnownThread): Promise<number> {
  const value = "in the end";
  let answered = 0;
  for (const part of (await scene.messages(thread)).flatMap(({ parts }) => parts)) {
    if (part.type !== "tool-ask" || !("state" in part) || part.state !== "input-available") continue;
    const { toolCallId } = part;
    await scene.app.mutation(api.addToolResult, { toolCallId, result: value });
    scene.answers.set(toolCallId, { kind: "result", value });
    answered += 1;
  }
  return answered;
}

/** Holds what is left of a history against what its users did. */
export async function judge(scene: Scene): Promise<void> {
  const alive = scene.threads.filter(({ isDeleted }) => !isDeleted);
  expect(await pendingJobs(scene.app), "nothing is under way in a world at rest").toEqual([]);
  const { threads = 0, streams = 0, deltas = 0 } = await rowCounts(scene.app);
  expect({ threads, streams, deltas }).toEqual({ threads: alive.length, streams: 0, deltas: 0 });
  for (const { prompt } of modelCalls) checkPrompt(prompt);
  const recorded = new Map<string, string>();
  for (const thread of alive) {
    const outcomes = await judgeThread(scene, thread);
    for (const [id, outcome] of outcomes) recorded.set(id, outcome);
  }
  judgeEffects(scene, recorded, new Set(alive.map(({ name }) => name)));
}

async function judgeThread(scene: Scene, thread: KnownThread): Promise<Map<string, string>> {
  const { status } = (await scene.get(thread))!;
  expect(["completed", "failed", "stopped"], `${thread.name} is at rest`).toContain(status);
  const messages = await scene.messages(thread);
  const { outcomes, users, answers } = checkTranscript(messages);
  const inOrder = (all: string[]) => (thread.isSteered ? all.toSorted() : all);
  expect(inOrder(users), "every accepted message is there, once and in order").toEqual(inOrder(thread.sent));
  const said = answers.flatMap((text) => text.match(/said-\d+/g) ?? []);
  expect(said, "nothing is said twice").toEqual([...new Set(said)]);
  if (status === "completed" && thread.sent.length > 0)
    expect([messages.at(-1)!.role, messages.at(-1)!.partial], `${thread.name} has answered`).toEqual([
      "assistant",
      undefined,
    ]);
  for (const [index, { role, _creationTime }] of messages.entries())
    if (role === "user")
      expect(
        messages
          .slice(index + 1)
          .filter((later) => later.role === "assistant" && later._creationTime < _creationTime),
        "what was said before a user's message stands before it",
      ).toEqual([]);
  judgeAnswers(scene, messages);
  for (const message of messages) judgeData(message);
  await judgeRecords(scene, thread, status);
  return outcomes;
}

/** The log has no gap, the app has received each change of status, and both agree about how often the thread settled. */
async function judgeRecords({ app }: Scene, { name, threadId }: KnownThread, status: string): Promise<void> {
  const log = await logOf(app, threadId);
  expect(isChain(log, "settled.idle"), `${name}'s log is a chain`).toBe(true);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  const replayed = replayThread(log);
  expect(replayed.map(({ seq }) => seq)).toEqual(log.map(({ seq }) => seq));
  expect(replayed.filter(({ agrees }) => !agrees)).toEqual([]);
  const { snapshot } = (await app.query(api.getThread, { threadId, inspect: true }))!;
  expect(replayed.at(-1)?.snapshot ?? snapshot, `${name}'s log leads to where it is`).toEqual(snapshot);
  const changes = await statusChangesOf(app, threadId);
  expect(isChain(changes, "completed"), `the status changes of ${name} are a chain`).toBe(true);
  expect(changes.at(-1)?.to ?? "completed").toBe(status);
  expect(changes.filter(({ from, to }) => from === to)).toEqual([]);
  const settled = ["completed", "failed", "stopped"];
  // A message that is taken back from a settled thread leaves it where it is.
  const ends = log.filter(({ from, to }) => from !== to).map(({ to }) => to.replace("settled.", ""));
  expect(
    changes.map(({ to }) => to).filter((to) => settled.includes(to)),
    `each end of a turn of ${name}, once`,
  ).toEqual(ends.filter((to) => settled.includes(to)));
}

/** An answer that was accepted is the call's outcome. */
function judgeAnswers({ answers }: Scene, messages: MessageDoc[]): void {
  for (const part of messages.flatMap(({ parts }) => parts)) {
    if (!("toolCallId" in part)) continue;
    const given = answers.get(part.toolCallId);
    if (!given) continue;
    expect(part).toMatchObject(
      given.kind === "result"
        ? { state: "output-available", output: given.value }
        : { state: "output-error", errorText: given.text },
    );
  }
}

/** Data is where it was written, once: a step's own, and of each tool what the attempt wrote that came to an end. */
function judgeData({ role, turn, step, partial, parts }: MessageDoc): void {
  const data = (parts as { type: string }[]).filter(isData);
  const own = data.filter(({ type }) => type === "data-step").map(({ data }) => data);
  const isWhole = role === "assistant" && !partial;
  expect(own.length, `data of step ${turn}.${step}`).toBeGreaterThanOrEqual(isWhole ? 1 : 0);
  for (const one of own) expect(one, "data is stored with its step").toEqual({ turn, step });
  for (const part of parts) {
    if (!("toolCallId" in part)) continue;
    expect(part, "no outcome is preliminary").not.toHaveProperty("preliminary");
    const told = data.filter(({ writtenBy }) => writtenBy === part.toolCallId);
    const attempts = new Set(told.map(({ data }) => (data as { attempt: number }).attempt));
    expect(attempts.size, `attempts that ${part.toolCallId} has data of`).toBeLessThanOrEqual(1);
    const ids = told.map(({ id }) => id);
    expect(ids, "data with an id is there once").toEqual([...new Set(ids)]);
    if (part.type === "tool-tells" && part.state === "output-available") expect(told).toHaveLength(2);
  }
  const known = own.length + data.filter(({ type }) => type === "data-told").length;
  expect(data.length, "what is shown once is not kept").toBe(known);
}

type Data = { type: string; id?: string; data: unknown; writtenBy?: string };

const isData = (part: { type: string }): part is Data => part.type.startsWith("data-");

/** Side effects are as the calls' outcomes and policies say. */
function judgeEffects(
  { diary, runsMayBeLost }: Scene,
  recorded: Map<string, string>,
  alive: Set<string>,
): void {
  const MOST: Record<string, number> = { record: 1, record_again: 3, unstable: 3, tells: 3 };
  for (const { toolCallId, tool, thread } of diary.asked) {
    const effects = sideEffects.filter((effect) => effect === toolCallId).length;
    const outcome = recorded.get(toolCallId);
    expect(effects, `effects of ${toolCallId} (${tool})`).toBeLessThanOrEqual(MOST[tool] ?? 0);
    if (outcome === undefined && alive.has(thread))
      expect(effects, `${toolCallId} was never committed, and it ran`).toBe(0);
    const isAwaited = outcome !== undefined && outcome !== CANCELLED;
    if (effects > 0 && isAwaited && tool.startsWith("record") && !runsMayBeLost)
      expect(outcome, `${toolCallId} has run, and nobody killed its executor`).toBe("output-available");
    if (outcome === "output-available" && tool !== "ask")
      expect(effects, `effects of ${toolCallId}, which succeeded`).toBeGreaterThanOrEqual(1);
    if (["refuse", "missing", "nobody", "wrong"].includes(tool))
      expect(["output-error", CANCELLED, undefined], `outcome of ${tool}`).toContain(outcome);
  }
}

/** The model was sent something that providers accept: every call followed by its one result, users in between. */
function checkPrompt(prompt: LanguageModelV3Prompt): void {
  const waiting = new Set<string>();
  const seen = new Set<string>();
  for (const { role, content } of prompt) {
    if (typeof content === "string") continue;
    if (role !== "tool") expect([...waiting], `calls without a result before a ${role} message`).toEqual([]);
    for (const part of content) {
      if (part.type === "tool-call") {
        expect(seen.has(part.toolCallId), `${part.toolCallId} is in the prompt once`).toBe(false);
        seen.add(part.toolCallId);
        waiting.add(part.toolCallId);
      }
      if (part.type === "tool-result")
        expect(waiting.delete(part.toolCallId), `a result of ${part.toolCallId}, asked for before`).toBe(
          true,
        );
    }
  }
  expect([...waiting], "calls without a result").toEqual([]);
  expect(["user", "tool", "assistant"], "somebody speaks last").toContain(prompt.at(-1)!.role);
}
