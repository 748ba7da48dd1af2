import componentTest from "convex-durable-agents/test";
import type { Deployment } from "../../deployment/deployment.js";

/** A call that outlives a deploy: an action of the old version makes it, or a job that was scheduled before. */
export interface Sent {
  /** The component's function, such as `steps:claim`, or {@link STREAM_HANDLER}. */
  to: string;
  args: Record<string, unknown>;
}

/** The app's stream handler, which the component schedules. */
export const STREAM_HANDLER = "streamHandler";

interface ComponentFunction {
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
  isInternal?: boolean;
  /** The validator of its arguments, as JSON. */
  exportArgs(): string;
}

/** The component's functions, by their names. */
export const componentFunctions = new Map<string, ComponentFunction>();

for (const [path, load] of Object.entries(componentTest.modules)) {
  const [, file] = /\/component\/(\w+)\.ts$/.exec(path) ?? [];
  if (file === undefined) continue;
  for (const [name, value] of Object.entries((await load()) as Record<string, ComponentFunction>))
    if (value.isQuery || value.isMutation || value.isAction) componentFunctions.set(`${file}:${name}`, value);
}

/** What the actions of a deployment have sent to the component, and what the component's jobs carry. */
export async function sentIn(app: Deployment): Promise<Sent[]> {
  const jobs = await app.inComponent((ctx) => ctx.db.system.query("_scheduled_functions").collect());
  const scheduled = jobs.map(({ name, args }) => ({
    to: componentFunctions.has(name) ? name : STREAM_HANDLER,
    args: args[0] as Sent["args"],
  }));
  const called = app.actions.calls.filter(({ to }) => componentFunctions.has(to));
  return [...called, ...scheduled];
}
