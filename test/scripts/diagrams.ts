import { mkdir, writeFile } from "node:fs/promises";
import { diagramPages } from "../machines/diagrams/pages.js";

/** Draws the machines anew: `npx tsx test/scripts/diagrams.ts`. */
const folder = new URL("../../docs/diagrams/", import.meta.url);
await mkdir(folder, { recursive: true });
for (const { file, text } of diagramPages) {
  await writeFile(new URL(file, folder), text);
  console.log(`docs/diagrams/${file}`);
}
