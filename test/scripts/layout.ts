import { writeFile } from "node:fs/promises";
import { chartsModule } from "../machines/diagrams/layout.js";

/** `npm run layout`: computes where the diagrams of `convex-durable-agents/devtools` have their states and arrows. */
const file = "src/devtools/chart/charts.ts";
await writeFile(new URL(`../../${file}`, import.meta.url), await chartsModule());
console.log(file);
