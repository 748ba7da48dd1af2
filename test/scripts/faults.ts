import { readFile, writeFile } from "node:fs/promises";
import { pageOf } from "../machines/mutation/table.js";
import { threadFaults } from "../machines/mutation/threadFaults.js";
import { toolCallFaults } from "../machines/mutation/toolCallFaults.js";
import { threadTrials, toolCallTrials, tryFault } from "../machines/mutation/trial.js";

/** Holds every seeded fault against every check and writes `docs/operations/faults.md`; with `--check` it compares. */
const file = new URL("../../docs/operations/faults.md", import.meta.url);
const page = pageOf([
  { title: "thread", trials: threadFaults.map((fault) => tryFault(fault, threadTrials)) },
  { title: "tool call", trials: toolCallFaults.map((fault) => tryFault(fault, toolCallTrials)) },
]);
if (!process.argv.includes("--check")) await writeFile(file, page);
else if (page !== (await readFile(file, "utf8")))
  throw new Error("docs/operations/faults.md has drifted: run npm run faults.");
console.log(`${threadFaults.length + toolCallFaults.length} faults, each held against every check`);
