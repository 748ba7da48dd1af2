import { writeFile } from "node:fs/promises";
import { PAGE, publicApi } from "../api/page.js";

/** `npm run api`: writes down what the package's entry points export. */
await writeFile(PAGE, await publicApi());
console.log("test/api/api.md");
