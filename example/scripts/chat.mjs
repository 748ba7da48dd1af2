/** `npm run chat`: the example's conversation in a terminal. */
import { ensureInstalled, NODE_TS, run } from "./install.mjs";

ensureInstalled();
run(process.execPath, [...NODE_TS, "example/terminal/main.ts"]);
