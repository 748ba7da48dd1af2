import type { ThreadGraph } from "../explore.js";
import type { Invariant } from "./invariant.js";
import { budgets } from "./threadBudgets.js";
import { control } from "./threadControl.js";
import { effects } from "./threadEffects.js";
import { fences } from "./threadFences.js";
import { handOver } from "./threadHandOver.js";
import { reach } from "./threadReach.js";
import { rows } from "./threadRows.js";

/** What holds of the thread machine in every reachable state, whatever event comes. */
export const threadInvariants: Invariant<ThreadGraph>[] = [
  ...reach,
  ...fences,
  ...handOver,
  ...effects,
  ...rows,
  ...control,
  ...budgets,
];
