import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** One bundled module as the Convex CLI pushes it. */
export interface PushedModule {
  path: string;
  source: string;
}

/** What the CLI pushes for one component definition; the app's own has `changedModules` instead of `functions`. */
export interface PushedDefinition {
  definitionPath: string;
  definition: PushedModule;
  functions: PushedModule[];
  udfServerVersion: string;
}

type ExportTree = { type: "leaf"; leaf: string } | { type: "branch"; branch: [string, ExportTree][] };
type Branch = Extract<ExportTree, { type: "branch" }>;

interface AnalyzedFunction {
  name: string;
  pos: null;
  udfType: "Query" | "Mutation" | "Action";
  visibility: { kind: "public" | "internal" };
  args: string;
  returns: string;
}

interface RegisteredFunction {
  isQuery?: boolean;
  isMutation?: boolean;
  isAction?: boolean;
  isPublic?: boolean;
  exportArgs(): string;
  exportReturns(): string;
}

const isRegistered = (value: unknown): value is RegisteredFunction =>
  typeof value === "function" && ("isQuery" in value || "isMutation" in value || "isAction" in value);

function analyzeFunction(name: string, fn: RegisteredFunction): AnalyzedFunction {
  return {
    name,
    pos: null,
    udfType: fn.isQuery ? "Query" : fn.isMutation ? "Mutation" : "Action",
    visibility: { kind: fn.isPublic ? "public" : "internal" },
    args: fn.exportArgs(),
    returns: fn.exportReturns(),
  };
}

/** A component exports each of its public functions under the path of its module. */
function exportTree(functions: Record<string, { functions: AnalyzedFunction[] }>): Branch {
  const root: Branch = { type: "branch", branch: [] };
  for (const [modulePath, module] of Object.entries(functions)) {
    const name = modulePath.replace(/\.js$/, "");
    for (const fn of module.functions.filter((f) => f.visibility.kind === "public")) {
      let node = root;
      for (const part of name.split("/")) {
        let next = node.branch.find(([key]) => key === part)?.[1];
        if (next?.type !== "branch") {
          next = { type: "branch", branch: [] };
          node.branch.push([part, next]);
        }
        node = next;
      }
      node.branch.push([fn.name, { type: "leaf", leaf: `_reference/function/${name}:${fn.name}` }]);
    }
  }
  return root;
}

async function writeModules(dir: string, modules: PushedModule[]): Promise<void> {
  await mkdir(dir, { recursive: true });
  await writeFile(path.join(dir, "package.json"), `{ "type": "module" }`);
  for (const module of modules) {
    const file = path.join(dir, module.path);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, module.source);
  }
}

/** Loads a bundle as Convex's Node runtime does: CommonJS inside it finds a global `require`. */
function load(file: string): Promise<Record<string, unknown>> {
  globalThis.require = createRequire(file);
  return import(pathToFileURL(file).href) as Promise<Record<string, unknown>>;
}

async function analyzeFunctions(dir: string, modules: PushedModule[]) {
  await writeModules(dir, modules);
  const analyzed: Record<string, { functions: AnalyzedFunction[] } & Record<string, unknown>> = {};
  for (const module of modules.filter((m) => !m.path.startsWith("_deps/"))) {
    const exports = await load(path.join(dir, module.path));
    const functions = Object.entries(exports).flatMap(([name, value]) =>
      isRegistered(value) ? [analyzeFunction(name, value)] : [],
    );
    analyzed[module.path] = { functions, httpRoutes: null, cronSpecs: null, sourceMapped: null };
  }
  return analyzed;
}

/**
 * Writes every `convex.config` bundle to `dir/<index>`. The definitions it imports are external to the bundle, as
 * `./_componentDeps/<path in base64>`: they become modules that name the definition they stand for.
 */
async function writeDefinitions(dir: string, pushed: PushedDefinition[]): Promise<string[]> {
  const files = pushed.map((p, index) => path.join(dir, `${index}`, p.definition.path));
  for (const [index, { definition }] of pushed.entries()) {
    const source = definition.source.replace(/(["'])(\.\/_componentDeps\/[\w-]+)\1/g, "$1$2.js$1");
    const deps = pushed.map(({ definitionPath }, dep) => ({
      path: `_componentDeps/${Buffer.from(definitionPath).toString("base64url")}.js`,
      source:
        `import definition from ${JSON.stringify(pathToFileURL(files[dep]!).href)};\n` +
        `export default { componentDefinitionPath: ${JSON.stringify(definitionPath)}, defaultName: definition._name };`,
    }));
    await writeModules(path.join(dir, `${index}`), [{ path: definition.path, source }, ...deps]);
  }
  return files;
}

/** Evaluates every pushed bundle under `dir` and answers what a deployment would: definitions and functions by definition path. */
export async function analyzePush(dir: string, app: PushedDefinition, components: PushedDefinition[]) {
  const pushed = [app, ...components];
  const definitions = await writeDefinitions(path.join(dir, "definitions"), pushed);
  const analysis: Record<string, unknown> = {};
  for (const [index, component] of pushed.entries()) {
    const module = await load(definitions[index]!);
    const functions = await analyzeFunctions(path.join(dir, "functions", `${index}`), component.functions);
    analysis[component.definitionPath] = {
      definition: {
        path: component.definitionPath,
        ...(module.default as { export(): object }).export(),
        exports: component === app ? { type: "branch", branch: [] } : exportTree(functions),
      },
      schema: null,
      functions,
      udfConfig: {
        serverVersion: component.udfServerVersion,
        importPhaseRngSeed: null,
        importPhaseUnixTimestamp: null,
      },
    };
  }
  return analysis;
}
