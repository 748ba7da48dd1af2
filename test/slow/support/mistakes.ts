/** A mistake in the app of the tutorial, and the message that its maker sees. */
export interface Mistake {
  message: string;
  /** Changes of files; a file that is not there begins empty. */
  edits: Record<string, (text: string) => string>;
}

const inAgent = (search: string, replacement: string): Mistake["edits"] => ({
  "convex/agent.ts": (text) => {
    if (!text.includes(search)) throw new Error(`convex/agent.ts has no ${search} any more.`);
    return text.replace(search, replacement);
  },
});

/** What TypeScript says. */
export const IN_TYPES: Mistake[] = [
  {
    message: "Cannot find module './_generated/api'",
    edits: { "convex/sub/more.ts": () => 'export { components } from "./_generated/api";\n' },
  },
  {
    message: 'is not assignable to type \'FunctionReference<"action", "internal" | "public", never>\'',
    edits: inAgent("z.object({ location: z.string() })", "z.object({ city: z.string() })"),
  },
  {
    message: "is missing the following properties from type 'ActionReference'",
    edits: {
      "convex/agent.ts": (text) =>
        `import { getWeather } from "./weather";\n${text.replace("internal.weather.getWeather", "getWeather")}`,
    },
  },
  {
    message: "Property 'respnd' does not exist on type",
    edits: { "convex/chat.ts": (text) => text.replace("internal.agent.respond", "internal.agent.respnd") },
  },
  {
    message:
      "implicitly has type 'any' because it does not have a type annotation and is referenced directly or indirectly in its own initializer",
    edits: {
      "convex/weather.ts": (text) => `import { createActionTool } from "convex-durable-agents";
import { z } from "zod";
import { internal } from "./_generated/api";
${text}
export const weatherTool = createActionTool({
  description: "Get the weather for a location",
  args: z.object({ location: z.string() }),
  handler: internal.weather.getWeather,
});
`,
    },
  },
  {
    message: "Object literal may only specify known properties, and 'maxSteps' does not exist in type",
    edits: inAgent("saveStreamDeltas: true", "saveStreamDeltas: true, maxSteps: 5"),
  },
];

/** What Convex's CLI says when it bundles and evaluates the app. */
export const IN_CLI: Mistake[] = [
  {
    message: "Didn't find",
    edits: { "convex/convex.config.ts": (text) => text.replace("app.use(durableAgents);", "") },
  },
  {
    message: 'Could not resolve "./_generated/api"',
    edits: { "convex/sub/more.ts": () => 'export { components } from "./_generated/api";\n' },
  },
  {
    message: 'Could not resolve "convex-durable-agents/convex.config.js"',
    edits: {
      "node_modules/convex-durable-agents/package.json": () => '{ "name": "convex-durable-agents" }\n',
    },
  },
  {
    message: 'Could not resolve "node:fs"',
    edits: { "convex/files.ts": () => 'export { readFileSync } from "node:fs";\n' },
  },
  {
    message: "The handler must be a reference such as internal.tools.weather.getWeather.",
    edits: {
      "convex/agent.ts": (text) =>
        `import { getWeather } from "./weather";\n${text.replace("internal.weather.getWeather", "getWeather as never")}`,
    },
  },
  {
    message: "args must be a zod 4 object schema that JSON Schema can express",
    edits: inAgent("z.object({ location: z.string() })", "z.object({ location: z.date() }) as never"),
  },
];
