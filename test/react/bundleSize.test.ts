// @vitest-environment node
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, test } from "vitest";

const source = path.join(import.meta.dirname, "../../src");

/** What a page loads for some code, minified, without the packages that an app has anyway. */
async function bundled(code: string): Promise<Rolldown.OutputChunk[]> {
  const page = "virtual:page";
  const output = (await build({
    configFile: false,
    logLevel: "silent",
    resolve: { conditions: ["@convex-dev/component-source"] },
    plugins: [
      {
        name: "page",
        resolveId: (id) => (id.endsWith(page) ? page : undefined),
        load: (id) => (id === page ? code : undefined),
      },
    ],
    build: {
      write: false,
      minify: true,
      lib: { entry: page, formats: ["es"], fileName: "page" },
      rolldownOptions: { external: [/^react/, /^convex\//, /^ai$/, /^zod/] },
    },
  })) as Rolldown.RolldownOutput[];
  return output.flatMap((built) => built.output).filter((chunk) => chunk.type === "chunk");
}

/** How many bytes chunks are together, compressed. */
const bytesOf = (chunks: Rolldown.OutputChunk[]): number =>
  gzipSync(chunks.map(({ code }) => code).join("")).length;

test.each([
  { entry: "react", names: "*", most: 30_000 },
  { entry: "react", names: "{ useAgentChat }", most: 8_500 },
  { entry: "chat", names: "*", most: 11_200 },
])("$names of ./$entry takes at most $most bytes", async ({ entry, names, most }) => {
  const chunks = await bundled(`export ${names} from "${source}/${entry}/index.ts"`);
  expect(bytesOf(chunks)).toBeLessThanOrEqual(most);
});

/** What a page loads with its entry: what the entry imports, and what that imports. */
function withImports(chunks: Rolldown.OutputChunk[]): Rolldown.OutputChunk[] {
  const loaded = new Set(chunks.filter(({ isEntry }) => isEntry));
  for (const { imports } of loaded)
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) loaded.add(chunk);
  return [...loaded];
}

test("./devtools takes at most 40000 bytes, and loads XState only where it is asked to", async () => {
  const chunks = await bundled(`export * from "${source}/devtools/index.ts"`);
  const atOnce = withImports(chunks);
  const hasXState = ({ moduleIds }: Rolldown.OutputChunk) =>
    moduleIds.some((id) => /node_modules.xstate/.test(id));
  expect(atOnce.some(hasXState)).toBe(false);
  expect(chunks.some(hasXState)).toBe(true);
  expect(bytesOf(atOnce)).toBeLessThanOrEqual(40_000);
});
