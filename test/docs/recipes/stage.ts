/** Makes an app of each page of docs/recipes in `apps`: the tutorial's, the page's files over it, and what Convex generates. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runCodegen } from "../../scripts/runCodegen.js";
import { codeBlocks, isTypeScript } from "../../support/markdown.js";

const folder = import.meta.dirname;
const docs = path.resolve(folder, "../../../docs");
const apps = path.join(folder, "apps");
const tutorial = path.join(apps, "tutorial");

const generate = (app: string) => runCodegen(app, ["--live-component-sources"]);

/** Writes the files of the tutorial as they are in the end. */
async function stageTutorial(): Promise<void> {
  const page = readFileSync(path.join(docs, "start/tutorial.md"), "utf8");
  for (const { file, text } of codeBlocks(page).filter(isTypeScript)) {
    mkdirSync(path.dirname(path.join(tutorial, file!)), { recursive: true });
    writeFileSync(path.join(tutorial, file!), text);
  }
  writeFileSync(
    path.join(tutorial, "package.json"),
    '{ "type": "module", "dependencies": { "convex": "*" } }',
  );
  await generate(tutorial);
}

async function stage(page: string): Promise<void> {
  const app = path.join(apps, page);
  cpSync(tutorial, app, { recursive: true });
  cpSync(path.join(folder, page), app, { recursive: true });
  if (existsSync(path.join(folder, page, "convex"))) await generate(app);
}

async function main(): Promise<void> {
  rmSync(apps, { recursive: true, force: true });
  await stageTutorial();
  const pages = readdirSync(path.join(docs, "recipes")).map((file) => path.parse(file).name);
  const worker = async () => {
    for (let page = pages.pop(); page; page = pages.pop()) await stage(page);
  };
  await Promise.all([worker(), worker()]);
}

await main();
