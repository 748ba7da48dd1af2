import { ends, calls, says, setScript, type ModelScript } from "../support/app/model.js";
import { program } from "../support/app/programmable.js";
import { flaky } from "../support/app/tools.js";
import { api } from "../support/harness.js";
import { takesAll } from "../support/sample.js";
import { callsTool, setSyncTool } from "../support/tool.js";
import { sleep } from "./chance.js";
import type { Deployment } from "./deployment.js";

/** Turns that rely on a scheduled function each, by its name. */
const TURNS: Record<string, () => void> = {
  "agent:handler": () => setScript([[...says("Hello."), ...ends()]]),
  "watchdog:watch": () => setScript([[...says("a b c d", 5_000), ...ends()]]),
  "timers:retryDue": () =>
    setScript((_prompt, index) =>
      index === 0 ? [{ throw: new TypeError("fetch failed") }] : [...says("Hello."), ...ends()],
    ),
  "executor:run": () => {
    setSyncTool({ retry: { onCrash: true }, ownAction: true });
    program.run = () => "ok";
    callsTool("a");
  },
  "toolEvents:retryDue": () => {
    flaky.failures = 1;
    setScript((prompt) =>
      prompt.at(-1)!.role === "tool"
        ? [...says("Done."), ...ends()]
        : [...calls("unstable", { key: "a" }, "1"), ...ends("tool-calls")],
    );
  },
  "toolEvents:deadlinePassed": () => {
    setSyncTool({ timeoutMs: 5_000 });
    program.run = () => sleep(20 * 60_000);
    callsTool("a");
  },
};

/** Those that are not the same with slices and without: a handler goes on, or runs a tool. */
const DIFFERENT = ["agent:handler", "toolEvents:retryDue"];

/** The turns to try with a slice: all of them, unless the time is short and they were tried without one. */
export const turnsWith = (slice: number): string[] =>
  slice === 0 || takesAll ? Object.keys(TURNS) : DIFFERENT;

/** A model that asks for one call of `tool` in each of so many steps, `k1` and so on, and then answers. */
export const inSteps =
  (count: number, stepMs: () => number): ModelScript =>
  (prompt) => {
    const step = prompt.filter(({ role }) => role === "tool").length + 1;
    const key = `k${step}`;
    if (step > count) return [...says("Done.", stepMs()), ...ends()];
    return [...says(`Step ${step}.`, stepMs() / 2), ...calls("tool", { key }, key), ...ends("tool-calls")];
  };

/** Begins the turn that relies on a function, and waits until that one is scheduled. It does not begin until it is let go. */
export async function startTurn(app: Deployment, name: string): Promise<string> {
  app.scheduler.holdBack(name);
  TURNS[name]!();
  const threadId = await app.mutation(api.createThread, { prompt: "Go" });
  await app.until(() => app.scheduler.waiting(name) > 0);
  return threadId;
}

export const isSettled = async (app: Deployment, threadId: string): Promise<boolean> =>
  ["completed", "failed", "stopped"].includes((await app.query(api.getThread, { threadId }))!.status);
