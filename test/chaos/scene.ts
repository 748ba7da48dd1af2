import { defaultOptions, overrides } from "../support/app/agent.js";
import { modelCalls } from "../support/app/model.js";
import { sideEffects } from "../support/app/tools.js";
import type { CrashPlan } from "../support/crash.js";
import { api, setup, type App } from "../support/harness.js";
import { startDiary, type ModelDiary } from "./script.js";

/** A thread as its users know it. */
export interface KnownThread {
  name: string;
  threadId: string;
  /** What was accepted, in order. */
  sent: string[];
  isDeleted: boolean;
  /** A message steered a turn: it stands before those that waited for the next one. */
  isSteered?: boolean;
  /** How many messages it was sent, those taken back included. */
  prompts?: number;
}

/** The answers that were accepted, by call. */
export type GivenAnswer = { kind: "result"; value: unknown } | { kind: "error"; text: string };

/** One history: an app, its users, its model, and the crash that is planned next. */
export class Scene {
  readonly crash: CrashPlan = { at: Infinity, when: "before", calls: 0 };
  readonly threads: KnownThread[] = [];
  readonly answers = new Map<string, GivenAnswer>();
  /** A process was ended: what it had done may be in doubt. */
  runsMayBeLost = false;
  readonly app: App;
  readonly diary: ModelDiary;

  /** @param host - where the app runs. Default: in convex-test, where what runs never fails by itself. */
  constructor(host: (crash: CrashPlan) => App = (crash) => setup({ crash })) {
    sideEffects.length = 0;
    modelCalls.length = 0;
    overrides.options = (_ctx, _threadId, { turn, step, writeData }) => {
      writeData({ type: "data-step", id: "step", data: { turn, step } });
      writeData({ type: "data-once", data: step, transient: true });
      return defaultOptions;
    };
    this.app = host(this.crash);
    this.diary = startDiary();
  }

  /** The thread that a number stands for. */
  thread(number: number): KnownThread {
    return this.threads[number % this.threads.length]!;
  }

  /** A thread's next message. Its first word is the thread's name. */
  nextPrompt(thread: Pick<KnownThread, "name" | "sent" | "prompts">): string {
    thread.prompts = (thread.prompts ?? thread.sent.length) + 1;
    return `${thread.name} message-${thread.prompts}`;
  }

  get(thread: KnownThread) {
    return this.app.query(api.getThread, { threadId: thread.threadId });
  }

  messages(thread: KnownThread) {
    return this.app.query(api.listMessages, { threadId: thread.threadId, limit: 500 });
  }

  async isRunning(thread: KnownThread): Promise<boolean> {
    const status = (await this.get(thread))?.status;
    return status === "streaming" || status === "awaiting_tool_results";
  }
}
