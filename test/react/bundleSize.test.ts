// @vitest-environment node
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { expect, test } from "vitest";

const source = path.join(import.meta.dirname, "../../src");

/** How many bytes a page loads for some code, minified and compressed, without the packages that an app has anyway. */
async function bundledBytes(code: string): Promise<number> {
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
  const chunks = output.flatMap((built) => built.output);
  const bundle = chunks.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("");
  return gzipSync(bundle).length;
}

test.each([
  { entry: "react", names: "*", most: 30_000 },
  { entry: "react", names: "{ useAgentChat }", most: 8_500 },
  { entry: "chat", names: "*", most: 11_200 },
])("$names of ./$entry takes at most $most bytes", async ({ entry, names, most }) => {
  expect(await bundledBytes(`export ${names} from "${source}/${entry}/index.ts"`)).toBeLessThanOrEqual(most);
});
