import { readFile, writeFile } from "node:fs/promises";
import { threadFaults } from "../machines/mutation/threadFaults.js";
import { toolCallFaults } from "../machines/mutation/toolCallFaults.js";
import { tableOf, withSection } from "../machines/mutation/table.js";
import { threadTrials, toolCallTrials, tryFault } from "../machines/mutation/trial.js";

/** Holds every seeded fault against every check and writes the tables of `docs/proofs.md` anew; `--check` compares. */
const file = new URL("../../docs/proofs.md", import.meta.url);
const page = await readFile(file, "utf8");
const written = withSection(
  withSection(page, "thread", tableOf(threadFaults.map((fault) => tryFault(fault, threadTrials)))),
  "tool call",
  tableOf(toolCallFaults.map((fault) => tryFault(fault, toolCallTrials))),
);
if (!process.argv.includes("--check")) await writeFile(file, written);
else if (written !== page) throw new Error("docs/proofs.md has drifted: run test/scripts/deepMutation.ts.");
console.log(
  `docs/proofs.md: ${threadFaults.length + toolCallFaults.length} faults, each held against every check`,
);
