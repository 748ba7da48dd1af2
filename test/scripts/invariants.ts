import { readFile, writeFile } from "node:fs/promises";
import { withInvariants } from "../machines/invariants/page.js";

/** `npm run invariants`: writes each coded invariant into test/README.md, in its own words. */
const page = new URL("../README.md", import.meta.url);
await writeFile(page, withInvariants(await readFile(page, "utf8")));
console.log("test/README.md");
