import { readdirSync, readFileSync } from "node:fs";
import type { Sent } from "./sent.js";

/**
 * What a minor version sends, and its jobs carry: for each function one example of each shape of its arguments. A golden grows
 * as long as its version is the current one, and never changes after that.
 */
export type Golden = Record<string, Sent["args"][]>;

const folder = new URL("./", import.meta.url);
const packageJson = readFileSync(new URL("../../../package.json", folder), "utf8");
const [major, minor] = (JSON.parse(packageJson) as { version: string }).version.split(".");

/** The current version's golden. */
export const CURRENT = `${major}.${minor}.json`;

export const goldenFiles = readdirSync(folder).filter((name) => name.endsWith(".json"));

export const readGolden = (file: string): Golden =>
  goldenFiles.includes(file) ? (JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Golden) : {};

/** Fields whose values belong to the app, the provider or a workpool: any value has the same shape. */
const OPAQUE = new Set(["args", "chunks", "input", "output", "parts", "providerMetadata", "result"]);

/** Fields with a choice of values: each has a shape of its own. */
const CHOICES = new Set(["budget", "kind", "unknown"]);

/** A shape: the fields that are there and the types of their values. */
function shapeOf(value: unknown, field = ""): unknown {
  if (OPAQUE.has(field)) return "any";
  if (CHOICES.has(field) || value === null) return value;
  if (Array.isArray(value)) return [...byShape(value).keys()].sort();
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [name, shapeOf(item, name)])
      .sort(([a], [b]) => (a as string).localeCompare(b as string)),
  );
}

/** The first item of each shape. */
function byShape(items: unknown[]): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const item of items) {
    const shape = JSON.stringify(shapeOf(item));
    if (!found.has(shape)) found.set(shape, item);
  }
  return found;
}

/** An example without what differs from run to run, such as ids and times, and with one item of each shape in its lists. */
function toExample(value: unknown, field = ""): unknown {
  if (field === "lease") return "a-lease";
  if (typeof value === "string") return value.replace(/\d{11,}([a-z_]\w*)/gi, "1$1");
  if (typeof value === "number") return value > 1e12 ? 1_700_000_000_000 : value;
  if (Array.isArray(value)) return [...byShape(value).values()].map((item) => toExample(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toExample(item, name)]));
}

/** A golden with an example of each shape that it lacks. */
export function withShapesOf(golden: Golden, sent: Sent[]): Golden {
  const names = [...new Set([...Object.keys(golden), ...sent.map(({ to }) => to)])].sort();
  return Object.fromEntries(
    names.map((name) => {
      const known = golden[name] ?? [];
      const further = byShape([...known, ...sent.filter(({ to }) => to === name).map(({ args }) => args)]);
      const examples = [...further.values()].slice(known.length) as Sent["args"][];
      return [name, [...known, ...examples.map((args) => toExample(args) as Sent["args"])]];
    }),
  );
}
