import { mkdir, writeFile } from "node:fs/promises";
import { diagramFiles } from "../machines/diagrams/pages.js";

/** `npm run diagrams`: draws the machines for the docs, and writes their configuration as JSON. */
const folder = new URL("../../docs/diagrams/", import.meta.url);
await mkdir(folder, { recursive: true });
for (const { file, text } of diagramFiles) {
  await writeFile(new URL(file, folder), text);
  console.log(`docs/diagrams/${file}`);
}
