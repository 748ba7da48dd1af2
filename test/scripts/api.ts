import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { PAGE, publicApi } from "../api/page.js";
import { entryPoints, Sources } from "../api/program.js";
import { REFERENCE, referencePages } from "../api/reference.js";

/**
 * `npm run api`: writes down what the package's entry points export, for those who change it (test/api/api.md) and for those who
 * use it (docs/api). With `--check` it only says whether that has changed.
 */
const entries = entryPoints();
const sources = new Sources(entries.map(({ source }) => source));
const pages = new Map([[PAGE, await publicApi(sources, entries)]]);
for (const [file, text] of await referencePages(sources, entries))
  pages.set(path.join(REFERENCE, file), text);

const read = (file: string) => readFile(file, "utf8").catch(() => "");
if (process.argv.includes("--check")) {
  for (const [file, text] of pages)
    if ((await read(file)) !== text) {
      console.error(
        `${path.relative(process.cwd(), file)} has drifted from the public API: npm run api writes it; CHANGELOG.md tells users.`,
      );
      process.exitCode = 1;
    }
} else {
  await mkdir(REFERENCE, { recursive: true });
  for (const [file, text] of pages) await writeFile(file, text);
}
