import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { currentGolden, GOLDEN_VERSION } from "./goldens.js";

/**
 * Writes the golden file of a version that has none yet: `npx tsx test/machines/golden/write.ts`. A file that
 * exists is never touched, since threads of that version are stored as it says.
 */
const file = new URL(`v${GOLDEN_VERSION}.json`, import.meta.url);
const golden = currentGolden();
const style = await resolveConfig(fileURLToPath(file));
await writeFile(file, await format(JSON.stringify(golden), { ...style, parser: "json" }), { flag: "wx" });
console.log(`${golden.thread.length} threads, ${golden.toolCall.length} tool calls`);
