import { readFile, writeFile } from "node:fs/promises";
import { PAGE, publicApi } from "../api/page.js";

/** `npm run api`: writes down what the package's entry points export. With `--check` it only says whether that has changed. */
const api = await publicApi();
if (!process.argv.includes("--check")) {
  await writeFile(PAGE, api);
  console.log("test/api/api.md");
} else if ((await readFile(PAGE, "utf8")) !== api) {
  console.error("The public API has changed: npm run api writes it down; CHANGELOG.md tells users.");
  process.exit(1);
}
