import * as fc from "fast-check";
import { expect } from "vitest";
import { codeOf } from "../support/inspect.js";
import { api } from "../support/harness.js";
import type { Scene } from "./scene.js";
import { TOOLS, type Will } from "./script.js";

/** All that decides whether a command makes sense. */
export interface Known {
  threads: number;
}

type Command = fc.AsyncCommand<Known, Scene>;

const MOST_THREADS = 3;

/** A command on a thread that was created before. */
function onThread(words: string, run: (scene: Scene) => Promise<void>): Command {
  return {
    check: ({ threads }) => threads > 0,
    run: (_known, scene) => run(scene),
    toString: () => words,
  };
}

export const create = (hasPrompt: boolean): Command => ({
  check: ({ threads }) => threads < MOST_THREADS,
  run: async (known, scene) => {
    const name = `T${(known.threads += 1)}`;
    const prompt = hasPrompt ? scene.nextPrompt({ name, sent: [] }) : undefined;
    const threadId = await scene.app.mutation(api.createThread, { prompt });
    scene.threads.push({ name, threadId, sent: prompt ? [prompt] : [], isDeleted: false });
  },
  toString: () => `create(${hasPrompt ? "with a prompt" : "empty"})`,
});

const send = (which: number, whileRunning: "queue" | "steer" | "interrupt" = "queue"): Command =>
  onThread(`send(${which}, ${whileRunning})`, async (scene) => {
    const thread = scene.thread(which);
    const prompt = scene.nextPrompt(thread);
    const { threadId } = thread;
    const code = await codeOf(scene.app.mutation(api.sendMessage, { threadId, prompt, whileRunning }));
    expect(code).toBe(thread.isDeleted ? "thread_not_found" : null);
    if (code === null) thread.sent.push(prompt);
    thread.isSteered ||= whileRunning === "steer";
  });

/** Takes the last message back, if it was not taken yet. */
const withdraw = (which: number): Command =>
  onThread(`withdraw(${which})`, async (scene) => {
    const thread = scene.thread(which);
    const { threadId } = thread;
    const prompt = thread.sent.at(-1);
    const messages = await scene.messages(thread);
    const message = messages.find(({ parts }) =>
      parts.some((part) => "text" in part && part.text === prompt),
    );
    if (!message) return;
    const messageId = message.id;
    const code = await codeOf(scene.app.mutation(api.withdrawMessage, { threadId, messageId }));
    expect([null, "message_not_waiting"]).toContain(code);
    if (code === null) thread.sent.pop();
  });

const stop = (which: number): Command =>
  onThread(`stop(${which})`, async (scene) => {
    const thread = scene.thread(which);
    const code = await codeOf(scene.app.mutation(api.stopThread, { threadId: thread.threadId }));
    expect(code).toBe(thread.isDeleted ? "thread_not_found" : null);
    expect(await scene.isRunning(thread), "runs after a stop").toBe(false);
  });

const resume = (which: number, hasPrompt: boolean): Command =>
  onThread(`resume(${which}${hasPrompt ? ", with a prompt" : ""})`, async (scene) => {
    const thread = scene.thread(which);
    const prompt = hasPrompt ? scene.nextPrompt(thread) : undefined;
    const running = await scene.isRunning(thread);
    const isEmpty = thread.sent.length === 0 && !hasPrompt;
    const refused = running ? "thread_running" : isEmpty ? "thread_empty" : null;
    const { threadId } = thread;
    const code = await codeOf(scene.app.mutation(api.resumeThread, { threadId, prompt }));
    expect(code).toBe(thread.isDeleted ? "thread_not_found" : refused);
    if (code === null && prompt) thread.sent.push(prompt);
  });

const remove = (which: number): Command =>
  onThread(`delete(${which})`, async (scene) => {
    const thread = scene.thread(which);
    const { threadId } = thread;
    const code = await codeOf(scene.app.mutation(api.deleteThread, { threadId }));
    expect(code).toBe(thread.isDeleted ? "thread_not_found" : null);
    thread.isDeleted = true;
    expect(await scene.get(thread)).toBeNull();
  });

/** Answers a call that the model asked for at some time: too early, in time, too late, twice, or not its to answer. */
const answer = (which: number, isError: boolean): Command =>
  onThread(`answer(${which}, ${isError ? "error" : "result"})`, async (scene) => {
    const { asked } = scene.diary;
    const call = asked[which % Math.max(1, asked.length)];
    const toolCallId = call?.toolCallId ?? "no-such-call";
    const value = { answered: which };
    const text = `error ${which}`;
    const code = await codeOf(
      isError
        ? scene.app.mutation(api.addToolError, { toolCallId, error: text })
        : scene.app.mutation(api.addToolResult, { toolCallId, result: value }),
    );
    const wasAnswered = scene.answers.has(toolCallId);
    if (code === null) {
      expect(call?.tool, "a call that takes answers").toBe("ask");
      expect(wasAnswered, `${toolCallId} takes a second answer`).toBe(false);
      scene.answers.set(toolCallId, isError ? { kind: "error", text } : { kind: "result", value });
    } else {
      expect(["tool_call_not_found", "tool_call_not_async", "tool_call_settled"]).toContain(code);
    }
  });

const pass = (ms: number): Command => onThread(`pass(${ms} ms)`, (scene) => scene.app.advance(ms));

/** The action that makes the k-th call from now on dies there. */
const crash = (k: number, when: "before" | "after"): Command =>
  onThread(`crash(${when} call ${k} from now)`, async (scene) => {
    Object.assign(scene.crash, { at: scene.crash.calls + k, when });
    scene.runsMayBeLost = true;
  });

const plan = (will: Will): Command =>
  onThread(`model(${JSON.stringify(will)})`, async ({ diary }) => void diary.plan.push(will));

const will = fc.oneof(
  fc.record({
    does: fc.constant("asks" as const),
    tools: fc.array(fc.constantFrom(...TOOLS), { minLength: 1, maxLength: 3 }),
    throws: fc.nat({ max: 3 }),
  }),
  fc.record({
    does: fc.constant("fails" as const),
    when: fc.constantFrom("at once" as const, "midway" as const),
    isRetryable: fc.boolean(),
  }),
  fc.record({
    does: fc.constant("talks" as const),
    words: fc.integer({ min: 1, max: 20 }),
    // A slow answer outlives several looks of the watchdog.
    pauseMs: fc.constantFrom(50, 5_000),
  }),
);

const which = fc.nat({ max: MOST_THREADS - 1 });
const when = fc.constantFrom("before" as const, "after" as const);
const crashes = fc.tuple(fc.integer({ min: 1, max: 12 }), when);
const moments = fc.constantFrom(1, 50, 150, 400, 1_000, 5_000, 11_000, 30_000, 90_000);

/** What users, time and the model may do in a history; what stands here twice happens more often. */
export const commands: fc.Arbitrary<Command>[] = [
  fc.boolean().map(create),
  which.map((number) => send(number)),
  fc
    .tuple(which, fc.constantFrom("queue" as const, "steer" as const, "interrupt" as const))
    .map((how) => send(...how)),
  fc.tuple(which, fc.constantFrom("steer" as const, "interrupt" as const)).map((how) => send(...how)),
  which.map(withdraw),
  which.map(stop),
  fc.tuple(which, fc.boolean()).map(([number, hasPrompt]) => resume(number, hasPrompt)),
  fc.tuple(which, fc.boolean()).map(([number, isMeant]) => (isMeant ? remove(number) : send(number))),
  fc.tuple(fc.nat({ max: 9 }), fc.boolean()).map(([number, isError]) => answer(number, isError)),
  moments.map(pass),
  moments.map(pass),
  moments.map(pass),
  will.map(plan),
  will.map(plan),
  will.map(plan),
];

/** Actions that die. */
export const crashCommands: fc.Arbitrary<Command>[] = [crashes, crashes].map((some) =>
  some.map(([k, at]) => crash(k, at)),
);
