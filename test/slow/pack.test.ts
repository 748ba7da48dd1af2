// @vitest-environment node
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "../..");
const app = mkdtempSync(path.join(tmpdir(), "quick-start-"));
afterAll(() => rmSync(app, { recursive: true, force: true }));

/** Runs a command in the app; what it printed is the error's message when it fails. */
function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: app, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(app, file)), { recursive: true });
  writeFileSync(path.join(app, file), text);
}

/** The files of the README's quick start: each code block that begins with its path. */
function quickStart(): Map<string, string> {
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const blocks = readme.matchAll(/```tsx?\n\/\/ (\S+)\n([\s\S]*?)```/g);
  return new Map([...blocks].map(([, file, code]) => [file!, code!]));
}

/** What the real CLI generates for the app, from the packed component's compiled files. */
function generateCode(): void {
  const call = `import { runCodegen } from "./test/scripts/runCodegen.ts"; await runCodegen(${JSON.stringify(app)});`;
  const args = ["--import=tsx", "--input-type=module", "--eval", call];
  execFileSync(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}

/** The agent answers for real, with a model that needs no key. */
const APP_TEST = `
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
import { convexTest } from "convex-test";
import { register } from "convex-durable-agents/test";
import { defineSchema } from "convex/server";
import { expect, test, vi } from "vitest";
import { api } from "./convex/_generated/api";

const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
const finish = (unified) => ({ type: "finish", finishReason: { unified, raw: unified }, usage });
const steps = [
  [{ type: "tool-call", toolCallId: "1", toolName: "get_weather", input: '{"location":"Rome"}' }, finish("tool-calls")],
  [{ type: "text-start", id: "1" }, { type: "text-delta", id: "1", delta: "It is sunny." }, { type: "text-end", id: "1" }, finish("stop")],
];
globalThis.AI_SDK_DEFAULT_PROVIDER = {
  languageModel: () =>
    new MockLanguageModelV3({
      doStream: async () => ({ stream: simulateReadableStream({ chunks: steps.shift(), initialDelayInMs: null, chunkDelayInMs: null }) }),
    }),
};

test("the quick start answers", async () => {
  const t = convexTest(defineSchema({}), import.meta.glob("./convex/**/*.*s"));
  register(t);
  const threadId = await t.mutation(api.chat.createThread, { prompt: "Weather in Rome?" });
  await vi.waitUntil(async () => (await t.query(api.chat.getThread, { threadId })).status === "completed", { timeout: 10_000 });
  const messages = await t.query(api.chat.listMessages, { threadId });
  const parts = messages.flatMap((message) => message.parts);
  expect(parts).toContainEqual(expect.objectContaining({ type: "tool-get_weather", state: "output-available" }));
  expect(parts.at(-1).text).toBe("It is sunny.");
});
`;

test("the packed package, installed into an empty app: the README's quick start compiles and runs", async () => {
  const files = quickStart();
  expect([...files.keys()]).toEqual([
    "convex/convex.config.ts",
    "convex/chat.ts",
    "convex/weather.ts",
    "src/ChatView.tsx",
  ]);
  for (const [file, code] of files) write(file, code);
  write("src/transport.ts", 'export { createConvexChatTransport } from "convex-durable-agents/chat";');
  const pack = ["pack", "--silent", "--pack-destination", app];
  const tarball = execFileSync("npm", pack, { cwd: root, encoding: "utf8" }).trim();
  const { devDependencies } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  const versions = [
    "convex",
    "ai",
    "zod",
    "react",
    "@types/react",
    "typescript",
    "vitest",
    "convex-test",
    "@edge-runtime/vm",
  ];
  write("package.json", JSON.stringify({ name: "app", private: true, type: "module" }));
  run(
    "npm",
    "install",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    `./${tarball}`,
    ...versions.map((name) => `${name}@${devDependencies[name]}`),
  );
  generateCode();

  write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: "ESNext",
        moduleResolution: "Bundler",
        target: "ES2022",
        jsx: "react-jsx",
        lib: ["ES2022", "DOM"],
        skipLibCheck: true,
        types: [],
      },
      include: ["convex", "src"],
    }),
  );
  run("npx", "tsc", "-p", "tsconfig.json");

  write("quickStart.test.mjs", APP_TEST);
  write(
    "vitest.config.mjs",
    `export default { test: { environment: "edge-runtime", server: { deps: { inline: ["convex-test"] } } } };`,
  );
  expect(run("npx", "vitest", "run")).toContain("1 passed");
});
