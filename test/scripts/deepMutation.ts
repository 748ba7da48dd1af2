import { readFile, writeFile } from "node:fs/promises";
import { threadFaults } from "../machines/mutation/threadFaults.js";
import { toolCallFaults } from "../machines/mutation/toolCallFaults.js";
import { tableOf, withSection } from "../machines/mutation/table.js";
import { tryThread, tryToolCall } from "../machines/mutation/trial.js";

/** Holds every seeded fault against every check and writes the tables of `docs/proofs.md` anew. */
const file = new URL("../../docs/proofs.md", import.meta.url);
const page = await readFile(file, "utf8");
const written = withSection(
  withSection(page, "thread", tableOf(threadFaults.map(tryThread))),
  "tool call",
  tableOf(toolCallFaults.map(tryToolCall)),
);
await writeFile(file, written);
console.log("docs/proofs.md");
