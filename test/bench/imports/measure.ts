/** Prints what isolates have to load, as JSON. It runs in a process of its own: the environment of the benchmark is not Node's. */
import { createContext, runInContext, Script } from "node:vm";
import { gzipSync } from "node:zlib";
import { hasXState, load, scriptOf, type Entry } from "./bundle.js";
import { EMPTY, ENTRIES } from "./entries.js";

/** What an isolate loads for a module. */
export interface ImportCost {
  of: string;
  name: string;
  bytes: number;
  gzipped: number;
  /** How long it takes at least to evaluate in a fresh context, in milliseconds. */
  evaluationMs: number;
  xstate: boolean;
}

const EVALUATIONS = 21;

/** What an isolate offers and a bare context does not. */
const { AbortController, Blob, Headers, ReadableStream, Response, TextDecoder, TextEncoder } = globalThis;
const { TransformStream, URL, crypto, fetch, setTimeout, structuredClone } = globalThis;
const GLOBALS = {
  ...{ AbortController, Blob, Headers, ReadableStream, Response, TextDecoder, TextEncoder },
  ...{ TransformStream, URL, console, crypto, fetch, setTimeout, structuredClone },
  process: { env: {} },
};

async function evaluationMs(entry: Entry): Promise<number> {
  const source = await scriptOf(entry);
  const times = Array.from({ length: EVALUATIONS }, () => {
    const context = createContext({ ...GLOBALS });
    runInContext("globalThis.global = globalThis", context);
    const start = performance.now();
    new Script(source).runInContext(context);
    return performance.now() - start;
  });
  return Math.min(...times);
}

async function costOf(of: string, name: string, entries: Entry[]): Promise<ImportCost> {
  const all = await Promise.all(entries.map(async (entry) => ({ entry, loaded: await load(entry) })));
  const { entry, loaded } = all.reduce((a, b) => (b.loaded.code.length > a.loaded.code.length ? b : a));
  return {
    of,
    name,
    bytes: loaded.code.length,
    gzipped: gzipSync(loaded.code).length,
    evaluationMs: await evaluationMs(entry),
    xstate: all.some(({ loaded }) => hasXState(loaded)),
  };
}

const costs = [await costOf("", "an empty module", [EMPTY])];
for (const { of, name, entries } of ENTRIES) costs.push(await costOf(of, name, entries));
console.log(JSON.stringify(costs));
