import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { ChatPage } from "./chatPage.js";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds, of whatever impact. */
export async function violations({ page }: ChatPage): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
