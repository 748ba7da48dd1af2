// @vitest-environment node
import { makeFunctionReference } from "convex/server";
import { format, resolveConfig } from "prettier";
import { describe, expect, test } from "vitest";
import { fileURLToPath } from "node:url";
import { setup, type App } from "../../support/harness.js";
import { CURRENT, goldenFiles, readGolden, withShapesOf } from "./golden.js";
import { jobScenes } from "./jobScenes.js";
import { componentFunctions, STREAM_HANDLER, type Sent } from "./sent.js";
import { streamScenes } from "./streamScenes.js";
import { toolScenes } from "./toolScenes.js";

const HINT =
  "a new shape is sent: make sure that the version before can be replaced by this one, and run npm run wire";

/** Internal functions that only transactions and the cron call: their callers are of the same version. */
const CALLED_WITHIN = ["sweep:neglected", "sweep:run", "watchdog:look"];

const sent: Sent[] = [];

test.each(Object.entries({ ...streamScenes, ...toolScenes, ...jobScenes }))("%s", async (_what, play) => {
  const played = await play();
  expect(played.length).toBeGreaterThan(0);
  sent.push(...played);
});

test("whatever is sent across a deploy has its shape in the current version's golden", async () => {
  const golden = withShapesOf(readGolden(CURRENT), sent);
  const path = fileURLToPath(new URL(CURRENT, import.meta.url));
  const style = await resolveConfig(path);
  const text = await format(JSON.stringify(golden), { ...style, parser: "json" });
  await expect(text, HINT).toMatchFileSnapshot(`./${CURRENT}`);
});

test("every function is among them that actions or jobs call", () => {
  const internal = [...componentFunctions].filter(([, { isInternal }]) => isInternal).map(([name]) => name);
  const called = new Set(sent.map(({ to }) => to));
  expect(internal.filter((name) => !called.has(name)).sort()).toEqual(CALLED_WITHIN);
});

/** What convex-test offers beside its declared interface: an action of a component. */
interface ByPath {
  actionFromPath(path: { componentPath: string; udfPath: string }, args: Sent["args"]): Promise<unknown>;
}

/** Calls a function as an old action or job does. */
function receive({ t, inComponent }: App, { to, args }: Sent): Promise<unknown> {
  const byPath = t as unknown as ByPath;
  if (to === STREAM_HANDLER)
    return byPath.actionFromPath({ componentPath: "", udfPath: "agent:handler" }, args);
  const { isAction, isQuery } = componentFunctions.get(to) ?? {};
  if (isAction) return byPath.actionFromPath({ componentPath: "durableAgents", udfPath: to }, args);
  return inComponent((ctx) =>
    isQuery
      ? ctx.runQuery(makeFunctionReference<"query">(to), args)
      : ctx.runMutation(makeFunctionReference<"mutation">(to), args),
  );
}

describe.each(goldenFiles)("what %s sends", (file) => {
  test.each(Object.entries(readGolden(file)))("to %s is accepted", async (to, examples) => {
    for (const args of examples) await receive(setup(), { to, args });
  });
});
