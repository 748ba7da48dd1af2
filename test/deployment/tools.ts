import { program } from "../support/app/programmable.js";
import { setSyncTool } from "../support/tool.js";
import { sleep } from "./chance.js";
import type { Deployment } from "./deployment.js";

/** The stream handler of the app. */
export const HANDLER = "agent:handler";

/** How often each call's tool had its effect. */
export const effects = new Map<string, number>();

/** Gives the agent one tool, which has its effect at once and then takes so long, in milliseconds. Its effects are counted anew. */
export function useTool(
  ms: (key: string) => number = () => 0,
  options: Parameters<typeof setSyncTool>[0] = {},
): void {
  effects.clear();
  setSyncTool(options);
  program.run = async (_ctx, { key }) => {
    effects.set(key as string, (effects.get(key as string) ?? 0) + 1);
    await sleep(ms(key as string));
    return "ok";
  };
}

/** What became of each call: its result, or the kind of its error. */
export async function outcomesOf(app: Deployment, threadId: string): Promise<string[]> {
  const lines = (await app.transcript(threadId)).filter((line) => line.startsWith("tool-"));
  return lines.map((line) =>
    line.includes("output-available") ? "ok" : line.includes("may or may not have had") ? "in doubt" : line,
  );
}

/** How many actions of the stream handler have begun. */
export const handlersOf = (app: Deployment): number => app.scheduler.begun.get(HANDLER) ?? 0;

/** The effects of calls whose tool ran once each. */
export const once = (keys: string[]) => new Map(keys.map((key) => [key, 1]));
/** The outcomes of calls that have the same one. */
export const all = (keys: string[], outcome: string) => keys.map(() => outcome);
