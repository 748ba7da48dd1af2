import { build, type BuildOptions } from "esbuild";

/** A module that is deployed: a file, or a source and the folder from which it imports. */
export type Entry = string | { source: string; folder: string };

/** What an isolate has to load for a module. */
export interface Loaded {
  /** The code of the module and of all that it imports. */
  code: string;
  /** The files that the code comes from. */
  inputs: string[];
}

/** How the Convex CLI bundles for its isolates; a component's sources are taken, as in this repository's tests. */
const OPTIONS = {
  bundle: true,
  platform: "browser",
  target: "esnext",
  jsx: "automatic",
  outdir: "out",
  conditions: ["convex", "module", "@convex-dev/component-source"],
  treeShaking: true,
  minifySyntax: true,
  minifyIdentifiers: true,
  keepNames: true,
  define: { "process.env.NODE_ENV": '"production"' },
  write: false,
  metafile: true,
  logLevel: "error",
} satisfies BuildOptions;

const inputOf = (entry: Entry): Pick<BuildOptions, "entryPoints" | "stdin"> =>
  typeof entry === "string"
    ? { entryPoints: [entry] }
    : { stdin: { contents: entry.source, resolveDir: entry.folder, sourcefile: "entry.ts", loader: "ts" } };

/** Bundles a module as the Convex CLI does. What is imported dynamically is not loaded with it. */
export async function load(entry: Entry): Promise<Loaded> {
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    ...inputOf(entry),
    format: "esm",
    splitting: true,
    entryNames: "entry",
  });
  const files = new Set(["out/entry.js"]);
  for (const file of files)
    for (const { path, kind } of metafile.outputs[file]!.imports)
      if (kind === "import-statement") files.add(path);
  const loaded = outputFiles.filter(({ path }) => [...files].some((file) => path.endsWith(file)));
  return {
    code: loaded.map(({ text }) => text).join(""),
    inputs: [...files].flatMap((file) => Object.keys(metafile.outputs[file]!.inputs)),
  };
}

/** A module as one script, to run it anywhere. */
export async function scriptOf(entry: Entry): Promise<string> {
  const { outputFiles } = await build({ ...OPTIONS, ...inputOf(entry), format: "iife" });
  return outputFiles[0]!.text;
}

/** Whether XState is among what is loaded. */
export const hasXState = ({ inputs }: Loaded): boolean =>
  inputs.some((file) => file.includes("node_modules/xstate/"));
