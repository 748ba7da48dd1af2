import { anyApi, type ApiFromModules } from "convex/server";
import type * as inline from "./inline.js";
import type * as perTool from "./perTool.js";
import type * as reads from "./reads.js";
import type * as turns from "./turns.js";

export const internal = anyApi as unknown as ApiFromModules<{
  inline: typeof inline;
  perTool: typeof perTool;
  reads: typeof reads;
  turns: typeof turns;
}>;
